"""A skill host without the SDK: pyzmq and the messages of Protos/pons/v1 alone.

It keeps no ledger, so a restart forgets what ran, and it moves nothing, so it
needs no dead-man; the SDK has both. Usage:
bare_pyzmq.py [tcp://127.0.0.1:7601]
"""
import sys
import time

import zmq

from pons.v1 import model_pb2, wire_pb2

dealer = zmq.Context().socket(zmq.DEALER)
dealer.setsockopt(zmq.IDENTITY, b"bare")
dealer.connect(sys.argv[1] if len(sys.argv) > 1 else "tcp://127.0.0.1:7601")
session, sequence, heard, last_id, highest, done = "", 0, 0, 0, (0, 0), {}
beat_at, beat_s, silent_at, lease_s = 0.0, 0.2, 0.0, 1.5


def send(**body):
    global sequence, last_id
    sequence, last_id = sequence + 1, last_id + 1
    stamp = model_pb2.HybridStamp(wall_ms=int(time.time() * 1000), origin="bare")
    dealer.send(wire_pb2.Envelope(version=1, id=last_id, session=session, sequence=sequence,
                                  stamp=stamp, acknowledged=heard, **body).SerializeToString())


offer = wire_pb2.RobotOffer(robot="bell", skills=["ring"], description='{"id": "bell", "embodiment": "bell"}')
manifest = ('{"apiVersion": "pons/v1", "kind": "Skill", "name": "ring", "summary": "Ring the bell.",'
            ' "phrases": ["ring the bell"], "effects": {"success": ["rung(self)"]}}')
hello = wire_pb2.Hello(lowest_version=1, highest_version=1, role=wire_pb2.PEER_ROLE_SKILL_HOST,
                       name="bare", software="bare pyzmq", robots=[offer], manifests=[manifest])
while True:
    if not session:
        sequence, last_id = -1, 0  # a Hello has the sequence 0, and each repetition the id 1
        send(hello=hello)
    elif time.monotonic() > beat_at:
        beat_at = time.monotonic() + beat_s
        send(heartbeat=wire_pb2.Heartbeat(robots=[wire_pb2.RobotStatus(robot="bell", ready=True, battery_ratio=-1)]))
    if not dealer.poll(200 if session else 500):
        if time.monotonic() > silent_at:
            session = ""
        continue
    silent_at = time.monotonic() + lease_s
    envelope = wire_pb2.Envelope.FromString(dealer.recv())
    body, heard = envelope.WhichOneof("body"), max(heard, envelope.sequence)
    if body == "welcome":
        session, sequence, heard = envelope.welcome.session, 0, envelope.sequence
        lease_s, beat_s = envelope.welcome.lease_ms / 1000, envelope.welcome.heartbeat_ms / 1000
    elif body == "refused":
        session = "" if envelope.refused.code == "unknown_session" else session
    elif body == "invoke":
        call = envelope.invoke
        attempt, token = call.attempt.SerializeToString(), (call.token.epoch, call.token.counter)
        if attempt not in done and token > highest:  # each token runs once
            highest, done[attempt] = token, wire_pb2.Result(
                attempt=call.attempt, token=call.token, outcome=model_pb2.Outcome(observed=["rung(bell)"]))
            send(accept=wire_pb2.Accept(attempt=call.attempt, token=call.token))
            print("ding dong", flush=True)
        if attempt in done:
            send(result=done[attempt])
