public import Coordination
public import ZeroMQ

extension Reactor: CoordinatorThread {}
