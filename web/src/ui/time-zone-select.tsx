/** A time zone out of all that the browser knows; the device's own stands near the top. */
import { useMemo } from "react";
import { Select } from "./choices.tsx";
import { useText } from "./text.ts";
import { timeZoneText } from "./time-zone-text.ts";

interface TimeZoneSelectProps {
  readonly label: string;
  /** Null for `none`. */
  readonly value: string | null;
  /** The first choice, which is no zone: "The school's". Without it one has to be chosen. */
  readonly none?: string;
  readonly onChange: (timeZone: string | null) => void;
}

const noZone = "";

export function TimeZoneSelect({ label, value, none, onChange }: TimeZoneSelectProps) {
  const text = useText();
  const options = useMemo(() => {
    const { timeZone: here } = new Intl.DateTimeFormat().resolvedOptions();
    // What is set now may have a name that this browser spells in another way.
    const zones = new Set([
      here,
      ...(value === null ? [] : [value]),
      "UTC",
      ...Intl.supportedValuesOf("timeZone"),
    ]);
    const named = [...zones].map((zone) => {
      const name = timeZoneText(zone);
      return { value: zone, label: zone === here ? text("timeZone.here", { zone: name }) : name };
    });
    return none === undefined ? named : [{ value: noZone, label: none }, ...named];
  }, [value, none, text]);
  return (
    <Select
      label={label}
      options={options}
      value={value ?? noZone}
      onChange={(zone) => onChange(zone === noZone ? null : zone)}
    />
  );
}
