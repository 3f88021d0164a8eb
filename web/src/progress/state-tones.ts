/** The colour of each state in which a student's material or work may be. */
import type { ReadOutput } from "../contract.ts";
import type { Tone } from "../ui/pieces.tsx";

type State = ReadOutput<"progress.getCourseProgress">["modules"][number]["items"][number]["state"];

export const stateTones: Readonly<Partial<Record<State, Tone>>> = {
  read: "good",
  handed_in: "good",
  graded: "good",
  late: "warm",
  draft: "warm",
  opened: "accent",
  missing: "danger",
};
