/** The roles in the whole school, each with what it is for. */
import type { SchoolRole } from "../contract.ts";
import { Checkbox } from "../ui/choices.tsx";
import { useText } from "../ui/text.ts";

const roles: readonly SchoolRole[] = ["student", "instructor", "admin"];

export interface RoleChoicesProps {
  readonly chosen: readonly SchoolRole[];
  readonly onChange: (chosen: readonly SchoolRole[]) => void;
}

/** Whoever uses it refuses an empty choice; here it says so. */
export function RoleChoices({ chosen, onChange }: RoleChoicesProps) {
  const text = useText();
  return (
    <fieldset className="people-roles">
      <legend className="field-label">{text("person.roles")}</legend>
      {roles.map((role) => (
        <Checkbox
          key={role}
          isSelected={chosen.includes(role)}
          onChange={(isChosen) =>
            onChange(roles.filter((each) => (each === role ? isChosen : chosen.includes(each))))
          }
        >
          {text(`role.${role}`)} <span className="faint">{text(`person.roleHint.${role}`)}</span>
        </Checkbox>
      ))}
      <p className="field-error" role="alert">
        {chosen.length === 0 && text("person.roleMissing")}
      </p>
    </fieldset>
  );
}
