/** For which groups of the course a material is; none chosen means for everybody. */
import { useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";

export interface ReleaseGroupsProps {
  readonly courseId: string;
  readonly chosen: readonly string[];
  readonly onChange: (groupIds: readonly string[]) => void;
}

export function ReleaseGroups({ courseId, chosen, onChange }: ReleaseGroupsProps) {
  const text = useText();
  const sets = useRead("courses.listGroupSets", { courseId });
  return (
    <fieldset className="stack-tight release-after">
      <legend className="field-label">{text("release.groups")}</legend>
      <p className="faint">{text("release.groupsHint")}</p>
      <Loaded of={sets}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="faint">{text("release.noGroups")}</p>
          ) : (
            items.map(({ groupSetId, name }) => (
              <GroupsOfSet
                key={groupSetId}
                groupSetId={groupSetId}
                name={name}
                chosen={chosen}
                onChange={onChange}
              />
            ))
          )
        }
      </Loaded>
    </fieldset>
  );
}

interface GroupsOfSetProps extends Omit<ReleaseGroupsProps, "courseId"> {
  readonly groupSetId: string;
  readonly name: string;
}

/** As many as may be shown at once; a set has no more. */
const groupsShownMax = 100;

function GroupsOfSet({ groupSetId, name, chosen, onChange }: GroupsOfSetProps) {
  const groups = useRead("courses.listGroups", { groupSetId, limit: groupsShownMax });
  return (
    <Loaded of={groups}>
      {({ items }) => (
        <>
          {items.map(({ groupId, name: group }) => (
            <Checkbox
              key={groupId}
              isSelected={chosen.includes(groupId)}
              onChange={(isChosen) =>
                onChange(isChosen ? [...chosen, groupId] : chosen.filter((id) => id !== groupId))
              }
            >
              {`${name}: ${group}`}
            </Checkbox>
          ))}
        </>
      )}
    </Loaded>
  );
}
