/** Two markers' marks beside each other, as far as one may see them, and how far apart they are. */
import type { SubmissionToGrade } from "../contract.ts";
import { Markdown } from "../materials/markdown.tsx";
import { Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { pointsText } from "./points-text.ts";
import "./grading-messages.ts";

export function Marks({ found }: { readonly found: SubmissionToGrade }) {
  const text = useText();
  const { marks, marksGiven, grading } = found;
  if (grading.marking === "single") return null;
  const [one, other] = marks;
  return (
    <Notice title={text("grading.twoMarks")}>
      <p>{text("grading.twoMarksHint")}</p>
      <p>{text("grading.marksGiven", { count: marksGiven })}</p>
      {marks.map((mark) => (
        <div key={mark.place} className="grade-theirs stack-tight">
          <p className="row row-apart">
            <span>
              {text(`grading.mark.${mark.place}`)}: {mark.marker.name}
            </span>
            <strong className="number">{pointsText(mark.points)}</strong>
          </p>
          {mark.feedback !== "" && <Markdown source={mark.feedback} />}
        </div>
      ))}
      {one !== undefined && other !== undefined && (
        <p>{text("grading.difference", { points: pointsText(Math.abs(one.points - other.points)) })}</p>
      )}
    </Notice>
  );
}
