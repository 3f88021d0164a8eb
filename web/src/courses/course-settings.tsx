/** The settings of a course: who sees it, what it is called, how much room it takes, its copy and its end. */

import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { AccessLink } from "../access/access-link.tsx";
import type { Course } from "../contract.ts";
import { useCommand, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { bytesText, PageHead } from "../ui/pieces.tsx";
import { ProgressBar } from "../ui/progress.tsx";
import { type MessageKey, useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { StateBadge } from "./course-state.tsx";
import { UpdateCourseDialog } from "./update-course.tsx";
import "./course-pages.css";
import "./messages.ts";

export function CourseSettingsPage() {
  const { courseId = "" } = useParams({ strict: false });
  const course = useRead("courses.getCourse", { courseId });
  return <Loaded of={course}>{(data) => <Settings course={data} />}</Loaded>;
}

function Settings({ course }: { readonly course: Course }) {
  const text = useText();
  const { courseId, code, title } = course;
  return (
    <>
      <PageHead
        title={text("settings.title")}
        path={
          <p className="row soft">
            <Link to="/courses/$courseId" params={{ courseId }}>
              {code} {title}
            </Link>
            <StateBadge state={course.state} />
          </p>
        }
      />
      {course.mayManage ? (
        <>
          <Standing course={course} />
          <Facts course={course} />
          <section className="section" aria-labelledby="copy">
            <h2 id="copy">{text("settings.copy")}</h2>
            <p className="soft prose">{text("settings.copyHint")}</p>
            <div>
              <Link to="/courses/$courseId/copy" params={{ courseId }} className="button" data-look="plain">
                {text("settings.copyStart")}
              </Link>
            </div>
          </section>
          <Storage courseId={courseId} />
          <End course={course} />
        </>
      ) : (
        <Notice>{text("settings.notYours")}</Notice>
      )}
    </>
  );
}

const standings = {
  draft: "settings.stateDraft",
  published: "settings.statePublished",
  archived: "settings.stateArchived",
} as const satisfies Record<Course["state"], MessageKey>;

function Standing({ course }: { readonly course: Course }) {
  const text = useText();
  const { courseId, state, title } = course;
  const publish = useCommand("courses.publishCourse");
  const unpublish = useCommand("courses.unpublishCourse");
  const reopen = useCommand("courses.reopenCourse");
  const [isAsking, setAsking] = useState(false);
  const said = (key: MessageKey) => () => toast(text(key));
  // What went wrong stands in the notice below.
  const shown = () => {};
  return (
    <section className="section" aria-labelledby="standing">
      <h2 id="standing">{text("settings.state")}</h2>
      <p className="prose">
        {text(standings[state])} <AccessLink kind="course" id={courseId} />
      </p>
      <ErrorNotice error={publish.error ?? reopen.error} />
      <div className="row">
        {state === "draft" && (
          <Button
            look="primary"
            isPending={publish.isPending}
            onPress={() => publish.run({ courseId }).then(said("life.published"), shown)}
          >
            {text("life.publish")}
          </Button>
        )}
        {state === "published" && <Button onPress={() => setAsking(true)}>{text("life.unpublish")}</Button>}
        {state === "archived" && (
          <Button
            look="primary"
            isPending={reopen.isPending}
            onPress={() => reopen.run({ courseId }).then(said("life.reopened"), shown)}
          >
            {text("life.reopen")}
          </Button>
        )}
      </div>
      <ConfirmDialog
        title={text("life.unpublish")}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        confirmLabel={text("life.unpublish")}
        cancelLabel={text("life.cancel")}
        onConfirm={async (key) => {
          await unpublish.run({ courseId }, key);
          toast(text("life.unpublished"));
        }}
      >
        <p>{text("life.unpublishText", { title })}</p>
      </ConfirmDialog>
    </section>
  );
}

function Facts({ course }: { readonly course: Course }) {
  const text = useText();
  const [isEditing, setEditing] = useState(false);
  const facts = [
    [text("courses.courseTitle"), course.title],
    [text("courses.code"), course.code],
    [text("courses.term"), course.term],
    [text("settings.timeZone"), course.timeZone],
  ] as const;
  return (
    <section className="section" aria-labelledby="facts">
      <h2 id="facts">{text("settings.facts")}</h2>
      <dl className="facts">
        {facts.map(([label, value]) => (
          <div key={label} className="contents">
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {course.state !== "archived" && (
        <div>
          <Button onPress={() => setEditing(true)}>{text("course.edit")}</Button>
        </div>
      )}
      <UpdateCourseDialog course={course} isOpen={isEditing} onClose={() => setEditing(false)} />
    </section>
  );
}

function Storage({ courseId }: { readonly courseId: string }) {
  const text = useText();
  const storage = useRead("courses.getCourseStorage", { courseId });
  return (
    <section className="section" aria-labelledby="storage">
      <h2 id="storage">{text("settings.storage")}</h2>
      <Loaded of={storage} lines={1}>
        {({ bytes, bytesMax, handedInBytes, isOwnLimit }) => (
          <div className="stack prose">
            <ProgressBar
              label={text("settings.storageLabel")}
              percent={bytesMax === 0 ? 100 : Math.min(100, (bytes / bytesMax) * 100)}
              detail={text("settings.storageUsed", { used: bytesText(bytes), max: bytesText(bytesMax) })}
            />
            <p className="soft">
              {text("settings.storageHandedIn", { bytes: bytesText(handedInBytes) })}{" "}
              {isOwnLimit && text("settings.storageOwn")}
            </p>
          </div>
        )}
      </Loaded>
    </section>
  );
}

function End({ course }: { readonly course: Course }) {
  const text = useText();
  const { courseId, title, state } = course;
  const archive = useCommand("courses.archiveCourse");
  const trash = useCommand("courses.trashCourse");
  const navigate = useNavigate();
  const [asked, setAsked] = useState<"archive" | "trash" | null>(null);
  const close = () => setAsked(null);
  return (
    <section className="section" aria-labelledby="end">
      <h2 id="end">{text("settings.end")}</h2>
      <div className="row">
        {state !== "archived" && <Button onPress={() => setAsked("archive")}>{text("life.archive")}</Button>}
        <Button look="danger" onPress={() => setAsked("trash")}>
          {text("life.trash")}
        </Button>
      </div>
      <ConfirmDialog
        title={text("life.archive")}
        isOpen={asked === "archive"}
        onClose={close}
        confirmLabel={text("life.archive")}
        cancelLabel={text("life.cancel")}
        onConfirm={async (key) => {
          await archive.run({ courseId }, key);
          toast(text("life.archived"));
        }}
      >
        <p>{text("life.archiveText", { title })}</p>
      </ConfirmDialog>
      <ConfirmDialog
        title={text("life.trash")}
        isOpen={asked === "trash"}
        onClose={close}
        confirmLabel={text("life.trash")}
        cancelLabel={text("life.cancel")}
        isDanger
        onConfirm={async (key) => {
          await trash.run({ courseId }, key);
          toast(text("life.trashed"));
          await navigate({ to: "/trash" });
        }}
      >
        <p>{text("life.trashText", { title })}</p>
      </ConfirmDialog>
    </section>
  );
}
