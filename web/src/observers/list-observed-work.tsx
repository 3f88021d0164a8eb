/** The assignments of a course as an observer reads them: the date, where the student stands, the grade with feedback. */
import { dateTimeIn } from "../assignments/course-dates.ts";
import { pointsText } from "../assignments/points-text.ts";
import { RubricResult } from "../assignments/rubric-result.tsx";
import type { ReadOutput } from "../contract.ts";
import { usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Markdown } from "../materials/markdown.tsx";
import "../progress/messages.ts";
import { stateTones } from "../progress/state-tones.ts";
import { Badge, EmptyState } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";

type Work = ReadOutput<"assignments.listObservedWork">["items"][number];
type Grade = NonNullable<Work["grade"]>;

export function ObservedWork({
  courseId,
  student,
  timeZone,
}: {
  readonly courseId: string;
  readonly student: { readonly personId: string; readonly name: string };
  readonly timeZone: string;
}) {
  const text = useText();
  const work = usePages("assignments.listObservedWork", { courseId, studentId: student.personId });
  return (
    <section className="stack" aria-labelledby="work">
      <h2 id="work">{text("observed.work")}</h2>
      <Paged of={work}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState
              icon="task"
              title={text("observed.workNone")}
              hint={text("observed.workNoneText", { name: student.name })}
            />
          ) : (
            <ul className="stack">
              {items.map((each) => (
                <li key={each.assignmentId} id={`work-${each.assignmentId}`} className="card stack-tight">
                  <WorkCard work={each} name={student.name} timeZone={timeZone} />
                </li>
              ))}
            </ul>
          )
        }
      </Paged>
    </section>
  );
}

function WorkCard({
  work,
  name,
  timeZone,
}: {
  readonly work: Work;
  readonly name: string;
  readonly timeZone: string;
}) {
  const text = useText();
  const { title, state, dueAt, isOwnDate, receivedAt, grade } = work;
  const tone = stateTones[state];
  const facts = [
    dueAt === null ? text("observed.undated") : text("observed.dueAt", { when: dateTimeIn(dueAt, timeZone) }),
    ...(isOwnDate ? [text("observed.ownDate")] : []),
    ...(receivedAt === null ? [] : [text("observed.receivedAt", { when: dateTimeIn(receivedAt, timeZone) })]),
  ];
  return (
    <>
      <div className="row row-apart">
        <h3>{title}</h3>
        <span className="row">
          {grade !== null && (
            <strong className="number">
              {pointsText(grade.points)} / {pointsText(grade.pointsMax)}
            </strong>
          )}
          <Badge {...(tone === undefined ? {} : { tone })}>{text(`progress.state.${state}`)}</Badge>
        </span>
      </div>
      <p className="faint">{facts.join(" · ")}</p>
      {grade !== null && <Feedback grade={grade} name={name} timeZone={timeZone} />}
    </>
  );
}

function Feedback({
  grade,
  name,
  timeZone,
}: {
  readonly grade: Grade;
  readonly name: string;
  readonly timeZone: string;
}) {
  const text = useText();
  const files = grade.feedbackFiles.length;
  return (
    <div className="stack-tight">
      {grade.levels.length > 0 && <RubricResult levels={grade.levels} />}
      {grade.feedback.trim() !== "" && (
        <>
          <h4>{text("observed.feedback")}</h4>
          <Markdown source={grade.feedback} />
        </>
      )}
      {files > 0 && <p className="soft">{text("observed.feedbackFiles", { count: files, name })}</p>}
      <p className="faint">
        {text("observed.gradedBy", { name: grade.gradedBy.name, when: dateTimeIn(grade.gradedAt, timeZone) })}
      </p>
    </div>
  );
}
