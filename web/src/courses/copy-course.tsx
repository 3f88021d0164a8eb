/** Copying a course: what goes along, what the new one is called, every date as it will be, then how far it is. */
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { CommandInput, Course, ReadOutput } from "../contract.ts";
import { useCommand, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { Notice } from "../ui/notice.tsx";
import { PageHead } from "../ui/pieces.tsx";
import { ProgressBar } from "../ui/progress.tsx";
import { Table } from "../ui/table.tsx";
import { locale, type MessageKey, useText } from "../ui/text.ts";
import "./course-pages.css";
import "./messages.ts";

type Choice = NonNullable<CommandInput<"courses.copyCourse">["choices"]>[number];
type Preview = ReadOutput<"courses.previewCourseCopy">;
const allChoices: readonly Choice[] = ["outline", "materials", "assignments", "announcements"];
const followMs = 1_000;

export function CopyCoursePage() {
  const { courseId = "" } = useParams({ strict: false });
  const { copy } = useSearch({ strict: false });
  const course = useRead("courses.getCourse", { courseId });
  return (
    <Loaded of={course}>
      {(data) => (
        <>
          <Head course={data} />
          {copy === undefined ? <Wizard course={data} /> : <Progress copyId={copy} courseId={courseId} />}
        </>
      )}
    </Loaded>
  );
}

function Head({ course: { courseId, code, title } }: { readonly course: Course }) {
  const text = useText();
  return (
    <PageHead
      title={text("copy.title")}
      path={
        <p className="row soft">
          <Link to="/courses/$courseId/settings" params={{ courseId }}>
            {code} {title}
          </Link>
        </p>
      }
    />
  );
}

function Wizard({ course }: { readonly course: Course }) {
  const text = useText();
  const { courseId } = course;
  const navigate = useNavigate();
  const { run } = useCommand("courses.copyCourse");
  const [choices, setChoices] = useState<readonly Choice[]>(["outline", "materials", "assignments"]);
  const [days, setDays] = useState("364");
  const [keepWeekdays, setKeepWeekdays] = useState(true);
  const shiftDays = /^-?\d{1,4}$/.test(days) && Math.abs(Number(days)) <= 3_660 ? Number(days) : 0;
  const plan = { courseId, choices: [...choices], shiftDays, keepWeekdays };
  const preview = useRead("courses.previewCourseCopy", plan);

  async function start({ code = "", term = "", title = "" }: Record<string, string>, key: string) {
    const copy = await run({ ...plan, shiftDays: Number(days), code, term, title }, key);
    await navigate({
      to: "/courses/$courseId/copy",
      params: { courseId },
      search: { copy: copy.copyId },
      replace: true,
    });
  }

  return (
    <Form onSubmit={start}>
      {({ isPending }) => (
        <>
          <section className="section copy-form" aria-labelledby="new">
            <h2 id="new">{text("copy.new")}</h2>
            <TextField
              label={text("courses.courseTitle")}
              name="title"
              defaultValue={course.title}
              maxLength={200}
              isRequired
            />
            <div className="course-fields">
              <TextField
                label={text("courses.code")}
                name="code"
                defaultValue={course.code}
                maxLength={32}
                isRequired
              />
              <TextField
                label={text("courses.term")}
                hint={text("courses.termHint")}
                name="term"
                maxLength={40}
                isRequired
              />
            </div>
          </section>
          <section className="section copy-form" aria-labelledby="what">
            <h2 id="what">{text("copy.what")}</h2>
            <div className="stack-tight">
              {allChoices.map((choice) => (
                <Checkbox
                  key={choice}
                  isSelected={choices.includes(choice)}
                  onChange={(isChosen) =>
                    setChoices(
                      allChoices.filter((each) => (each === choice ? isChosen : choices.includes(each))),
                    )
                  }
                >
                  {labelOf(choice, preview.data, text)}
                </Checkbox>
              ))}
            </div>
            <p className="soft prose">{text("copy.never")}</p>
          </section>
          <section className="section" aria-labelledby="dates">
            <h2 id="dates">{text("copy.dates")}</h2>
            <div className="copy-form stack">
              <TextField
                label={text("copy.shiftDays")}
                hint={text("copy.shiftHint")}
                name="shiftDays"
                type="number"
                min={-3_660}
                max={3_660}
                step={1}
                value={days}
                onChange={setDays}
                isRequired
              />
              <Checkbox isSelected={keepWeekdays} onChange={setKeepWeekdays}>
                {text("copy.keepWeekdays")}
              </Checkbox>
            </div>
            <Loaded of={preview}>{(data) => <Dates preview={data} />}</Loaded>
          </section>
          <div className="row">
            <Button type="submit" look="primary" isPending={isPending}>
              {text("copy.start")}
            </Button>
            <Link to="/courses/$courseId/settings" params={{ courseId }} className="button" data-look="plain">
              {text("life.cancel")}
            </Link>
          </div>
        </>
      )}
    </Form>
  );
}

function labelOf(choice: Choice, preview: Preview | undefined, text: ReturnType<typeof useText>): string {
  const label = text(`copy.${choice}`);
  const count = preview?.counts.find((each) => each.choice === choice)?.items;
  return count === undefined ? label : text("copy.items", { label, count });
}

function Dates({ preview }: { readonly preview: Preview }) {
  const text = useText();
  const { dates, datesTotal, shiftDays, timeZone } = preview;
  if (datesTotal === 0) return <p className="soft">{text("copy.noDates")}</p>;
  const shown = dates.map((date, index) => ({ ...date, key: `${index} ${date.title} ${date.field}` }));
  return (
    <div className="stack">
      <p className="soft prose">
        {text("copy.shifted", { count: shiftDays })} {text("copy.clock", { zone: timeZone })}
      </p>
      <Table
        caption={text("copy.preview")}
        rows={shown}
        keyOf={({ key }) => key}
        columns={[
          { title: text("copy.column.what"), cell: ({ title }) => title, isLead: true },
          { title: text("copy.column.field"), cell: ({ field }) => text(fieldKey(field)) },
          { title: text("copy.column.now"), cell: ({ at }) => wallText(at, timeZone) },
          { title: text("copy.column.then"), cell: ({ newAt }) => wallText(newAt, timeZone) },
        ]}
      />
      {datesTotal > dates.length && (
        <p className="soft">{text("copy.moreDates", { count: datesTotal - dates.length })}</p>
      )}
    </div>
  );
}

const fields = new Set([
  "publish_at",
  "available_from",
  "due_at",
  "until_at",
  "available_until",
  "starts_at",
  "ends_at",
]);
function fieldKey(field: string): MessageKey {
  return fields.has(field) ? (`copy.field.${field}` as MessageKey) : "copy.field.other";
}

/** An instant as the clock of the course shows it. */
function wallText(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
  }).format(at);
}

function Progress({ copyId, courseId }: { readonly copyId: string; readonly courseId: string }) {
  const text = useText();
  const copy = useRead(
    "courses.getCourseCopy",
    { copyId },
    { everyMs: followMs, until: ({ endedAt }) => endedAt !== null },
  );
  return (
    <Loaded of={copy}>
      {({ state, done, total, course, reason }) => {
        if (state === "done" && course !== null)
          return (
            <Notice tone="good" title={text("copy.doneTitle")}>
              <p>{text("copy.doneHint")}</p>
              <div>
                <Link
                  to="/courses/$courseId"
                  params={{ courseId: course.courseId }}
                  className="button"
                  data-look="primary"
                >
                  {text("copy.open")}
                </Link>
              </div>
            </Notice>
          );
        if (state === "failed")
          return (
            <Notice tone="danger" title={text("copy.failedTitle")}>
              <p>{reason}</p>
              <div>
                <Link to="/courses/$courseId/copy" params={{ courseId }} search={{}} className="button">
                  {text("copy.again")}
                </Link>
              </div>
            </Notice>
          );
        const percent = total === null || total === 0 ? 0 : (done / total) * 100;
        return (
          <div className="stack prose">
            <ProgressBar
              label={text("copy.under", { title: course?.title ?? "" })}
              percent={percent}
              detail={total === null ? "" : text("copy.progress", { done, total })}
            />
            <p className="soft">{text(state === "waiting" ? "copy.waiting" : "copy.running")}</p>
          </div>
        );
      }}
    </Loaded>
  );
}
