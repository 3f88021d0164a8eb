/** Where a group hands in: members whose points differ from the group's. */
import type { SubmissionToGrade } from "../contract.ts";
import { TextField } from "../ui/fields.tsx";
import { useText } from "../ui/text.ts";
import { pointsOf } from "./grade-draft.ts";
import { pointsText } from "./points-text.ts";
import "./grading-messages.ts";

export interface MemberPointsProps {
  readonly members: SubmissionToGrade["memberPoints"];
  readonly pointsMax: number;
  /** What was typed, by the member's id; empty: as the group. */
  readonly typed: Readonly<Record<string, string>>;
  readonly onChange: (typed: Readonly<Record<string, string>>) => void;
}

export function MemberPoints({ members, pointsMax, typed, onChange }: MemberPointsProps) {
  const text = useText();
  if (members.length < 2) return null;
  return (
    <details className="grade-more" open={Object.values(typed).some((points) => points !== "")}>
      <summary>{text("grading.memberPoints")}</summary>
      <div className="stack-tight">
        <p className="faint">{text("grading.memberPointsHint")}</p>
        {members.map(({ studentId, name }) => (
          <TextField
            key={studentId}
            label={name}
            inputMode="decimal"
            autoComplete="off"
            value={typed[studentId] ?? ""}
            onChange={(points) => onChange({ ...typed, [studentId]: points })}
            validationBehavior="aria"
            validate={(points) =>
              points.trim() === "" || pointsOf(points, pointsMax) !== null
                ? null
                : text("grading.pointsWrong", { max: pointsText(pointsMax) })
            }
          />
        ))}
      </div>
    </details>
  );
}

/** Members whose points differ from what most of the group have, as they were given. */
export function memberPointsOf(
  members: SubmissionToGrade["memberPoints"],
  groupPoints: number | null,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    members.flatMap(({ studentId, points }) =>
      points === null || points === groupPoints ? [] : [[studentId, String(points)]],
    ),
  );
}

/** What was typed, as the operation takes it; null where something is no number of points. */
export function adjustmentsOf(
  typed: Readonly<Record<string, string>>,
  pointsMax: number,
): { readonly studentId: string; readonly points: number }[] | null {
  const given = Object.entries(typed).filter(([, points]) => points.trim() !== "");
  const read = given.map(([studentId, points]) => ({ studentId, points: pointsOf(points, pointsMax) }));
  return read.some(({ points }) => points === null)
    ? null
    : read.map(({ studentId, points }) => ({ studentId, points: points ?? 0 }));
}
