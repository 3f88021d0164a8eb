/** A date and time of day on the course's clock, which says so where the clocks leave it out or show it twice. */
import { useState } from "react";
import { TextField } from "../ui/fields.tsx";
import { useText } from "../ui/text.ts";
import { dateTimeIn } from "./course-dates.ts";
import { clockChangeAt, fieldOf, instantOf } from "./course-time.ts";
import "./messages.ts";

export interface CourseDateFieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  /** What it is set to. */
  readonly at: number | null;
  readonly timeZone: string;
}

export function CourseDateField({ name, label, hint, at, timeZone }: CourseDateFieldProps) {
  const text = useText();
  const [field, setField] = useState(() => fieldOf(at, timeZone));
  const change = clockChangeAt(field, timeZone);
  const meant = change === null ? null : instantOf(field, timeZone, at);
  const said =
    change === null || meant === null
      ? hint
      : text(`assignments.clocks.${change}`, { when: dateTimeIn(meant, timeZone) });
  return (
    <TextField
      label={label}
      {...(said === undefined ? {} : { hint: said })}
      name={name}
      type="datetime-local"
      value={field}
      onChange={setField}
    />
  );
}
