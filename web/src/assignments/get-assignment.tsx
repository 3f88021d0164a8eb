/** One assignment: for students what to do and their work, for staff what there is to grade. */

import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { AccessLink } from "../access/access-link.tsx";
import { IfOpen, useIsOpen } from "../courses/if-open.tsx";
import { PreviewCourse } from "../courses/preview-course.tsx";
import { useCommand, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Markdown } from "../materials/markdown.tsx";
import { PlaceLink, places } from "../materials/place-link.tsx";
import { Button } from "../ui/button.tsx";
import { Badge, PageHead } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { Attachments } from "./attachments.tsx";
import { AssignmentDialog } from "./create-assignment.tsx";
import { ExtensionsDialog } from "./extensions.tsx";
import { AssignmentFacts, Counts, MyStateBadge } from "./list-assignments.tsx";
import { RubricView } from "./rubric-view.tsx";
import { MyWork } from "./submit-assignment.tsx";
import "./messages.ts";

export function AssignmentPage() {
  const { courseId = "", assignmentId = "" } = useParams({ strict: false });
  const text = useText();
  const [isEditing, setEditing] = useState(false);
  const [isExtending, setExtending] = useState(false);
  const update = useCommand("assignments.updateAssignment");
  const course = useRead("courses.getCourse", { courseId });
  const assignment = useRead("assignments.getAssignment", { assignmentId });
  const mayTeach = course.data?.mayTeach === true;
  const isOpenCourse = useIsOpen();
  return (
    <Loaded of={assignment}>
      {(found) => (
        <>
          <PageHead
            title={found.title}
            path={
              <nav aria-label={text("path")}>
                <ol className="crumbs">
                  <li>
                    <PlaceLink href={`/courses/${courseId}`}>{course.data?.title ?? "…"}</PlaceLink>
                  </li>
                  <li>
                    <PlaceLink href={places.assignments(courseId)}>{text("assignments.title")}</PlaceLink>
                  </li>
                </ol>
              </nav>
            }
            lead={
              <p className="row soft">
                <AssignmentFacts assignment={found} />
                {found.state === "draft" && <Badge>{text("assignments.draft")}</Badge>}
                {found.mine !== null && <MyStateBadge state={found.mine.state} />}
                {found.counts !== null && found.state === "published" && <Counts counts={found.counts} />}
                {mayTeach && <AccessLink kind="assignment" id={found.assignmentId} />}
              </p>
            }
            actions={
              mayTeach && (
                <>
                  {found.state === "published" && <PreviewCourse courseId={courseId} />}
                  <IfOpen>
                    <Button onPress={() => setExtending(true)}>{text("extensions.open")}</Button>
                    <Button onPress={() => setEditing(true)}>{text("assignments.edit")}</Button>
                  </IfOpen>
                  {found.state === "draft" ? (
                    <IfOpen>
                      <Button
                        look="primary"
                        isPending={update.isPending}
                        onPress={() =>
                          void update
                            .run({ assignmentId, version: found.version, published: true })
                            .then(() => toast(text("assignments.publishedNow", { title: found.title })))
                            .catch(() => undefined)
                        }
                      >
                        {text("assignments.publish")}
                      </Button>
                    </IfOpen>
                  ) : (
                    <PlaceLink
                      look="primary"
                      icon="grade"
                      href={`${places.assignment(courseId, assignmentId)}/submissions`}
                    >
                      {text("assignments.grade")}
                    </PlaceLink>
                  )}
                </>
              )
            }
          />
          <div className="stack-wide">
            <section className="section" aria-labelledby="instructions">
              <h2 id="instructions">{text("assignments.instructions")}</h2>
              {found.instructions.trim() === "" ? (
                <p className="soft">
                  {text(
                    found.mine?.state === "upcoming" ? "assignments.notOpen" : "assignments.noInstructions",
                  )}
                </p>
              ) : (
                <Markdown source={found.instructions} />
              )}
              <Attachments assignment={found} mayChange={mayTeach && isOpenCourse} />
              <RubricView assignmentId={assignmentId} />
              {course.data?.myRole === "student" && isOpenCourse && (
                <div>
                  <PlaceLink look="plain" icon="query" href={places.ask(courseId, { assignmentId })}>
                    {text("assignments.ask")}
                  </PlaceLink>
                </div>
              )}
            </section>
            {course.data?.myRole === "student" && <MyWork assignment={found} />}
          </div>
          {isExtending && <ExtensionsDialog assignment={found} onClose={() => setExtending(false)} />}
          {isEditing && (
            <AssignmentDialog courseId={courseId} assignment={found} onClose={() => setEditing(false)} />
          )}
        </>
      )}
    </Loaded>
  );
}
