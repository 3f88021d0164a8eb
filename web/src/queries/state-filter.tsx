/** Choosing which queries are shown, by their state. */
import type { Query } from "../contract.ts";
import { Segments } from "../ui/segments.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";

export type Shown = Query["state"] | "all";
const choices: readonly Shown[] = ["open", "answered", "closed", "all"];

export interface StateFilterProps {
  readonly shown: Shown;
  readonly onChange: (shown: Shown) => void;
}

export function StateFilter({ shown, onChange }: StateFilterProps) {
  const text = useText();
  return (
    <Segments
      label={text("queries.filter")}
      options={choices.map((value) => ({ value, label: text(`queries.${value}`) }))}
      value={shown}
      onChange={onChange}
    />
  );
}
