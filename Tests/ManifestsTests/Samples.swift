/// Manifests that several tests read.
enum Samples {
    static let fullSkill = """
        apiVersion: pons/v1
        kind: Skill
        name: wipe
        version: 2.1.0
        summary: Wipe something.
        phrases: ["wipe {target} [with {cloth}]", "(dust|clean) {target}"]
        parameters:
          - {name: target, type: entity}
          - {name: strokes, type: number, unit: count, default: 3}
        returns:
          - {name: spot, type: pose, frame: map}
        conditions:
          start: ["reach(self, target)", "not holding(self, *)"]
          hold: ["reach(self, target)"]
        effects:
          success: ["clean(target)", "not at(*, ?x) when supported(?x, self)"]
          failure: uncertain
        duration: {typical_s: 4, travel_to: target, timeout_s: 20}
        resources: [self.gripper, target]
        on_link_loss: finish
        cancel: compensate:stow
        idempotent: true
        risk: high
        host: {kind: builtin}
        retry: {attempts: 3, backoff_s: 1.5}
        preemptible: true
        """

    static let robot = """
        apiVersion: pons/v1
        kind: Robot
        id: quad
        embodiment: quadrotor
        names: [drone, the quadrotor]
        skills: [take_off, land]
        limits: {speed_m_per_s: 3, reach_m: 0, payload_kg: 0.5, battery_ratio_per_h: 0.9}
        resources: [base]
        parts:
          - {id: quad_basket, types: [container], names: [basket], properties: {volume_l: 4, soft: true, color: red}}
        facts: ["flying(self)", "open(quad_basket)"]
        pose: {x_m: 1, y_m: 2.5, yaw_rad: 0.5}
        """

    static let scene = """
        apiVersion: pons/v1
        kind: Scene
        name: hut
        entities:
          - {id: kitchen, types: [room]}
          - {id: table, types: [surface], names: [oak table], pose: {frame: map, x_m: 1, y_m: 2, z_m: 0.7}}
        facts: ["in(table, kitchen)", "on(arm, table)"]
        robots:
          - id: arm
            embodiment: fixed_arm
            skills: [pick]
            facts: ["mounted(self, table)"]
        """

    static let workflow = """
        apiVersion: pons/v1
        kind: Workflow
        steps:
          - {id: go, skill: navigate, robot: dog, arguments: {target: table}}
          - {id: look, skill: scan, arguments: {seconds: 2.5, deep: true, at: {x_m: 0, y_m: 1}}}
          - {id: take, skill: pick, arguments: {item: apple}, after: [go, look]}
          - {id: sort, skill: sort_next, repeat: {until: sorted, most: 500}, votes: {ahead: 4, most: 50}}
        """
}
