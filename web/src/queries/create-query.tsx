/** Asking those who teach a course: about it, about a material or a page of it, or about an assignment. */

import { Link, useLocation, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { Course } from "../contract.ts";
import { isOpen } from "../courses/course-context.ts";
import { useCommand, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { EmptyState, PageHead } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { aboutFrom, type QuerySubject, useSubjectTitle } from "./about.tsx";
import { AttachmentsField, useAttachments } from "./attachments.tsx";
import { CourseCrumbs } from "./crumbs.tsx";
import { useDraft } from "./draft.ts";
import { Similar } from "./similar.tsx";
import "./messages.ts";
import "./queries.css";

/** The page on which a query is asked; its address says what about. */
export function AskPage() {
  const { courseId = "" } = useParams({ strict: false });
  const course = useRead("courses.getCourse", { courseId });
  return (
    <div className="thread">
      <Loaded of={course}>{(loaded) => <Ask course={loaded} />}</Loaded>
    </div>
  );
}

function Ask({ course }: { readonly course: Course }) {
  const text = useText();
  return (
    <>
      <PageHead title={text("queries.ask")} path={<CourseCrumbs course={course} />} />
      {course.myRole === "student" && isOpen(course) ? (
        <AskForm course={course} />
      ) : (
        <EmptyState
          icon="query"
          title={text(isOpen(course) ? "ask.notStudent" : "ask.archived")}
          hint={text(isOpen(course) ? "ask.notStudentText" : "ask.archivedText")}
        >
          <Link
            to="/courses/$courseId/queries"
            params={{ courseId: course.courseId }}
            className="button"
            data-look="plain"
          >
            {text("ask.toQueries")}
          </Link>
        </EmptyState>
      )}
    </>
  );
}

function AskForm({ course }: { readonly course: Course }) {
  const text = useText();
  const navigate = useNavigate();
  const { courseId } = course;
  const { run } = useCommand("queries.createQuery");
  const search = useLocation({ select: (location) => location.search as Record<string, unknown> });
  const [about, setAbout] = useState<QuerySubject>(() => aboutFrom(search));
  const [body, setBody, forgetBody] = useDraft(`ask:${courseId}`);
  const [title, setTitle] = useState("");
  const [isForClass, setForClass] = useState(false);
  const [isAnonymous, setAnonymous] = useState(false);
  const files = useAttachments(courseId);

  async function ask(_fields: unknown, key: string) {
    const query = await run(
      {
        ...{ courseId, title, body, ...about, attachmentIds: files.ids },
        visibility: isForClass ? "class" : "staff",
        anonymous: isForClass && isAnonymous,
      },
      key,
    );
    forgetBody();
    toast(text("ask.done"));
    await navigate({
      to: "/courses/$courseId/queries/$queryId",
      params: { courseId, queryId: query.queryId },
      replace: true,
    });
  }

  return (
    <Form onSubmit={ask}>
      {({ isPending }) => (
        <>
          <p className="soft">{text("ask.intro", { course: course.title })}</p>
          <AboutLine about={about} onForget={() => setAbout({})} />
          <TextField
            label={text("ask.titleField")}
            name="title"
            value={title}
            onChange={setTitle}
            maxLength={200}
            autoComplete="off"
            isRequired
          />
          <TextField
            label={text("ask.body")}
            hint={text("ask.bodyHint")}
            name="body"
            value={body}
            onChange={setBody}
            rows={8}
            maxLength={10_000}
            isRequired
          />
          <Similar courseId={courseId} draft={`${title} ${body}`} />
          <AttachmentsField of={files} />
          <fieldset className="stack-tight ask-seen">
            <legend className="field-label">{text("ask.seenBy")}</legend>
            <Checkbox isSelected={isForClass} onChange={setForClass}>
              {text("ask.forClass")}
            </Checkbox>
            {isForClass && (
              <Checkbox isSelected={isAnonymous} onChange={setAnonymous}>
                {text("ask.anonymous")}
              </Checkbox>
            )}
            <p className="field-hint">
              {text(isForClass ? (isAnonymous ? "ask.hintAnonymous" : "ask.hintClass") : "ask.hintStaff")}
            </p>
          </fieldset>
          <div className="row">
            <Button type="submit" look="primary" isPending={isPending} isDisabled={files.isBusy}>
              {text("ask.submit")}
            </Button>
            <Link to="/courses/$courseId/queries" params={{ courseId }} className="button" data-look="quiet">
              {text("queries.cancel")}
            </Link>
          </div>
        </>
      )}
    </Form>
  );
}

/** What the query is about, in words, and the way to ask about the course instead. */
function AboutLine({ about, onForget }: { readonly about: QuerySubject; readonly onForget: () => void }) {
  const text = useText();
  const title = useSubjectTitle(about);
  const isCourse = about.materialId === undefined && about.assignmentId === undefined;
  const shown = about.page === undefined ? title : text("ask.aboutPage", { title, page: about.page });
  return (
    <div className="about">
      <p>
        <span className="soft">{text("ask.about")}: </span>
        <strong>{isCourse ? text("ask.wholeCourse") : shown}</strong>
      </p>
      {!isCourse && (
        <Button look="quiet" onPress={onForget}>
          {text("ask.forget")}
        </Button>
      )}
    </div>
  );
}
