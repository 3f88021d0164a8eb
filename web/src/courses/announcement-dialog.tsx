/** Writing an announcement and changing one: the text, its files, when it is posted, and whether it stays on top. */
import { useState } from "react";
import { dateTimeIn } from "../assignments/course-dates.ts";
import { fieldOf, instantOf } from "../assignments/course-time.ts";
import { CallError, command, read } from "../client.ts";
import type { Announcement, Course } from "../contract.ts";
import { useCommand } from "../data.ts";
import { PageConflict } from "../materials/page-conflict.tsx";
import { AttachmentsField, useFiles } from "../queries/attachments.tsx";
import { useDraft } from "../queries/draft.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { Segments } from "../ui/segments.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";

export interface AnnouncementDialogProps {
  readonly course: Course;
  /** The one to change; null for a new one. */
  readonly announcement: Announcement | null;
  readonly isOpen: boolean;
  /** With whether it waits for its time, once it is saved. */
  readonly onClose: (isScheduled?: boolean) => void;
}

export function AnnouncementDialog(props: AnnouncementDialogProps) {
  const { announcement, isOpen, onClose } = props;
  const text = useText();
  return (
    <Dialog
      title={text(announcement === null ? "announcements.post" : "announcements.edit")}
      isOpen={isOpen}
      onClose={() => onClose()}
    >
      <AnnouncementForm {...props} />
    </Dialog>
  );
}

/** Title and text as one, so that two people's changes to either are compared and put together in one go. */
const joined = ({ title, body }: Pick<Announcement, "title" | "body">) => `${title}\n\n${body.trimEnd()}\n`;
function parted(whole: string): { readonly title: string; readonly body: string } {
  const end = whole.indexOf("\n");
  return end < 0
    ? { title: whole, body: "" }
    : {
        title: whole.slice(0, end),
        body: whole
          .slice(end)
          .replace(/^\n{1,2}/, "")
          .trimEnd(),
      };
}

function AnnouncementForm({ course, announcement, onClose }: AnnouncementDialogProps) {
  const text = useText();
  const { courseId, timeZone } = course;
  const post = useCommand("courses.postAnnouncement");
  const update = useCommand("courses.updateAnnouncement");
  // What stands in the school as far as this form knows; its own changes are told apart from it.
  const [begun, setBegun] = useState(announcement);
  const [title, setTitle] = useState(announcement?.title ?? "");
  const [draft, setDraft, forgetDraft] = useDraft(`announcement:${courseId}`);
  const [body, setBody] = useState(announcement?.body ?? draft);
  const [isPinned, setPinned] = useState(announcement?.isPinned ?? false);
  const isScheduled = announcement?.state === "scheduled";
  const [isLater, setLater] = useState(isScheduled && announcement.postedAt > Date.now());
  const [at, setAt] = useState(isScheduled ? fieldOf(announcement.postedAt, timeZone) : "");
  const [theirs, setTheirs] = useState<{ readonly base: string; readonly now: Announcement } | null>(null);
  const files = useFiles(
    async (uploadId, key) => {
      const { fileId, file } = await command("courses.addAnnouncementFile", { courseId, uploadId }, key);
      return { attachmentId: fileId, file };
    },
    announcement?.files.map(({ fileId, file }) => ({ attachmentId: fileId, file })),
  );
  const isSettled = announcement?.state === "posted";
  const isDraftCourse = course.state === "draft";

  function write(next: string) {
    setBody(next);
    if (announcement === null) setDraft(next);
  }

  async function save(_fields: unknown, key: string) {
    const publishAt = isLater ? (instantOf(at, timeZone) ?? undefined) : undefined;
    if (begun === null) {
      const input = { courseId, title, body, pinned: isPinned, fileIds: files.ids };
      const made = await post.run({ ...input, ...(publishAt === undefined ? {} : { publishAt }) }, key);
      forgetDraft();
      toast(
        made.state === "posted"
          ? text("announcements.posted")
          : made.postedAt > Date.now()
            ? text("announcements.scheduledDone", { when: dateTimeIn(made.postedAt, timeZone) })
            : text("announcements.waits"),
      );
      onClose(made.state === "scheduled");
      return;
    }
    const before = begun.files.map(({ fileId }) => fileId).join();
    try {
      await update.run(
        {
          announcementId: begun.announcementId,
          version: begun.version,
          ...(title === begun.title ? {} : { title }),
          ...(body === begun.body ? {} : { body }),
          ...(isPinned === begun.isPinned ? {} : { pinned: isPinned }),
          ...(files.ids.join() === before ? {} : { fileIds: files.ids }),
          ...(isSettled || (publishAt ?? null) === begun.postedAt ? {} : { publishAt: publishAt ?? null }),
        },
        key,
      );
    } catch (error) {
      if (!(error instanceof CallError) || error.code !== "stale_version") throw error;
      const now = await read("courses.getAnnouncement", { announcementId: begun.announcementId });
      setTheirs({ base: joined(begun), now });
      return;
    }
    onClose();
    toast(text("announcements.saved"));
  }

  function settle(next: string) {
    if (theirs === null) return;
    const { title: newTitle, body: newBody } = parted(next);
    setTitle(newTitle);
    setBody(newBody);
    setBegun(theirs.now);
    setTheirs(null);
  }

  return (
    <Form onSubmit={save}>
      {({ isPending }) => (
        <>
          {theirs !== null && (
            <PageConflict
              title={text("announcements.conflict")}
              conflict={{ base: theirs.base, theirs: joined(theirs.now), revision: theirs.now.version }}
              mine={joined({ title, body })}
              onSettle={settle}
            />
          )}
          <TextField
            label={text("announcements.title")}
            name="title"
            value={title}
            onChange={setTitle}
            maxLength={200}
            isRequired
            autoFocus
          />
          <TextField
            label={text("announcements.body")}
            name="body"
            hint={text("announcements.bodyHint")}
            value={body}
            onChange={write}
            rows={7}
            maxLength={10_000}
          />
          <AttachmentsField of={files} />
          <Checkbox isSelected={isPinned} onChange={setPinned}>
            {text("announcements.pinned")}
          </Checkbox>
          {!isSettled && (
            <div className="stack-tight announcement-when">
              <div>
                <Segments
                  label={text("announcements.when")}
                  options={[
                    { value: "now", label: text("announcements.now") },
                    { value: "later", label: text("announcements.later") },
                  ]}
                  value={isLater ? "later" : "now"}
                  onChange={(value) => setLater(value === "later")}
                />
              </div>
              {isLater && (
                <TextField
                  label={text("announcements.at")}
                  hint={text("announcements.atHint", { zone: timeZone })}
                  name="publishAt"
                  type="datetime-local"
                  value={at}
                  onChange={setAt}
                  isRequired
                />
              )}
              {!isLater && isDraftCourse && <p className="field-hint">{text("announcements.draftHint")}</p>}
            </div>
          )}
          <div className="dialog-actions">
            <Button onPress={() => onClose()}>{text("courses.cancel")}</Button>
            <Button
              type="submit"
              look="primary"
              isPending={isPending}
              isDisabled={files.isBusy || theirs !== null}
            >
              {text(
                isSettled ? "announcements.save" : isLater ? "announcements.schedule" : "announcements.post",
              )}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}
