import CloseSkill
import EnterSkill
import InsertSkill
import LandSkill
import MopSkill
import NavigateSkill
import OpenSkill
import PickSkill
import PlaceSkill
public import RobotModel
public import SkillKit
import TakeOffSkill

/// The skills that ship with Pons: their code, and the manifests beside it.
public enum BuiltInSkills {
    /// One of each.
    public static let all: [any Skill] = entries.map(\.skill)

    /// The text of each skill's `skill.yaml`, in the order of ``all``.
    public static let manifestTexts: [(name: SkillName, yaml: String)] = entries.map {
        ($0.skill.name, $0.yaml)
    }

    private static let entries: [(skill: any Skill, yaml: String)] = [
        (NavigateSkill(), NavigateSkill.manifestText),
        (EnterSkill(), EnterSkill.manifestText),
        (PickSkill(), PickSkill.manifestText),
        (PlaceSkill(), PlaceSkill.manifestText),
        (InsertSkill(), InsertSkill.manifestText),
        (OpenSkill(), OpenSkill.manifestText),
        (CloseSkill(), CloseSkill.manifestText),
        (TakeOffSkill(), TakeOffSkill.manifestText),
        (LandSkill(), LandSkill.manifestText),
        (MopSkill(), MopSkill.manifestText),
    ]
}
