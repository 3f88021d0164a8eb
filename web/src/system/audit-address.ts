/** The filters of the audit trail, as its address holds them, and what they ask of the school. */

export interface AuditAddress {
  readonly actor?: string;
  /** The id of a person or thing. */
  readonly about?: string;
  readonly operation?: string;
  /** Days on the reader's clock, both included: `2026-11-21`. */
  readonly from?: string;
  readonly until?: string;
  readonly door?: Door;
  readonly outcome?: Outcome;
}

export const doors = ["http", "grpc", "cli", "internal"] as const;
export type Door = (typeof doors)[number];
export const outcomes = ["done", "refused"] as const;
export type Outcome = (typeof outcomes)[number];

export function auditAddress(given: Readonly<Record<string, unknown>>): AuditAddress {
  const text = (name: string) =>
    typeof given[name] === "string" && given[name] !== "" ? { [name]: given[name] } : {};
  const day = (name: string) => (/^\d{4}-\d{2}-\d{2}$/.test(String(given[name])) ? text(name) : {});
  const door = doors.find((each) => each === given.door);
  const outcome = outcomes.find((each) => each === given.outcome);
  return {
    ...text("actor"),
    ...text("about"),
    ...text("operation"),
    ...day("from"),
    ...day("until"),
    ...(door === undefined ? {} : { door }),
    ...(outcome === undefined ? {} : { outcome }),
  };
}

/** What the address asks for. A day that ends before it begins asks for nothing but its beginning. */
export function filterOf({ actor, about, operation, from, until, door, outcome }: AuditAddress) {
  const begin = from === undefined ? null : new Date(`${from}T00:00`).getTime();
  const end = until === undefined ? null : dayAfter(until);
  return {
    ...(actor === undefined ? {} : { actor }),
    ...(about === undefined ? {} : { subjectId: about }),
    ...(operation === undefined ? {} : { operation }),
    ...(begin === null || Number.isNaN(begin) ? {} : { from: begin }),
    ...(end === null || Number.isNaN(end) ? {} : { until: end }),
    ...(door === undefined ? {} : { door }),
    ...(outcome === undefined ? {} : { outcome }),
  };
}

/** By the calendar: the day of a clock change has not 24 hours. */
function dayAfter(day: string): number {
  const date = new Date(`${day}T00:00`);
  date.setDate(date.getDate() + 1);
  return date.getTime();
}
