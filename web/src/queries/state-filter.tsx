/** Choosing which queries are shown, by their state. */
import type { Key } from "react-aria-components";
import { ToggleButton } from "react-aria-components/ToggleButton";
import { ToggleButtonGroup } from "react-aria-components/ToggleButtonGroup";
import type { Query } from "../contract.ts";
import { useText } from "../ui/text.ts";
import "./messages.ts";
import "./queries.css";

export type Shown = Query["state"] | "all";
const choices: readonly Shown[] = ["open", "answered", "closed", "all"];

export interface StateFilterProps {
  readonly shown: Shown;
  readonly onChange: (shown: Shown) => void;
}

export function StateFilter({ shown, onChange }: StateFilterProps) {
  const text = useText();
  function choose(keys: Set<Key>) {
    const chosen = choices.find((choice) => keys.has(choice));
    if (chosen !== undefined) onChange(chosen);
  }
  return (
    <ToggleButtonGroup
      className="segments"
      aria-label={text("queries.filter")}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[shown]}
      onSelectionChange={choose}
    >
      {choices.map((choice) => (
        <ToggleButton key={choice} id={choice} className="segment">
          {text(`queries.${choice}`)}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
