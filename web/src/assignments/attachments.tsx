/** The files of an assignment's description: for students to fetch, for those who teach to add, replace and remove. */
import { useQueryClient } from "@tanstack/react-query";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { command, read } from "../client.ts";
import type { Assignment } from "../contract.ts";
import { useCommand } from "../data.ts";
import { UploadList } from "../materials/upload-list.tsx";
import { useUploads } from "../materials/upload-queue.ts";
import { atNode } from "../nodes.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { FileDrop } from "../ui/file-drop.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { bytesText } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";

type Attachment = Assignment["attachments"][number];
const attachmentsMax = 20;

export interface AttachmentsProps {
  readonly assignment: Assignment;
  readonly mayChange: boolean;
}

export function Attachments({ assignment, mayChange }: AttachmentsProps) {
  const text = useText();
  const { attachments } = assignment;
  if (attachments.length === 0 && !mayChange) return null;
  return (
    <section className="stack-tight" aria-labelledby="attachments">
      <h3 id="attachments">{text("attachments.title")}</h3>
      {attachments.length > 0 && (
        <ul className="list">
          {attachments.map((attachment) => (
            <AttachmentRow key={attachment.attachmentId} attachment={attachment} mayChange={mayChange} />
          ))}
        </ul>
      )}
      {mayChange && <AddAttachments assignment={assignment} />}
    </section>
  );
}

function AddAttachments({ assignment: { assignmentId, attachments } }: { readonly assignment: Assignment }) {
  const text = useText();
  const queries = useQueryClient();
  const { queue, items } = useUploads(async (uploadId, _file, key) => {
    await command("assignments.addAssignmentAttachment", { assignmentId, uploadId }, key);
    await queries.invalidateQueries();
  });
  const room = attachmentsMax - attachments.length;
  return (
    <>
      {room > 0 && (
        <FileDrop
          label={text("attachments.drop")}
          hint={text("attachments.hint")}
          many
          onFiles={(files) => {
            for (const { id, state } of items) if (state === "done") queue.dismiss(id);
            queue.add(files.slice(0, room));
          }}
        />
      )}
      <UploadList queue={queue} items={items.filter(({ state }) => state !== "done")} />
    </>
  );
}

interface AttachmentRowProps {
  readonly attachment: Attachment;
  readonly mayChange: boolean;
}

function AttachmentRow({ attachment, mayChange }: AttachmentRowProps) {
  const text = useText();
  const { attachmentId, file, version } = attachment;
  return (
    <li className="row row-apart">
      <Button
        look="quiet"
        icon="download"
        onPress={() =>
          void read("assignments.downloadAssignmentAttachment", { attachmentId }).then(
            ({ url }) => location.assign(`${atNode(url)}?download`),
            (error: Error) => toast(text("attachments.failed", { reason: error.message })),
          )
        }
      >
        {file.fileName} · {bytesText(file.bytes)}
        {version > 1 && ` · ${text("attachments.version", { version })}`}
      </Button>
      {mayChange && <ChangeAttachment attachment={attachment} />}
    </li>
  );
}

function ChangeAttachment({ attachment }: { readonly attachment: Attachment }) {
  const text = useText();
  const queries = useQueryClient();
  const { attachmentId, version, file } = attachment;
  const remove = useCommand("assignments.removeAssignmentAttachment");
  const { queue, items } = useUploads(async (uploadId, _file, key) => {
    await command("assignments.replaceAssignmentAttachment", { attachmentId, version, uploadId }, key);
    await queries.invalidateQueries();
  });
  const restore = () => void remove.run({ attachmentId, version, restore: true }).catch(() => undefined);
  return (
    <div className="row">
      <ErrorNotice error={remove.error} />
      <UploadList queue={queue} items={items.filter(({ state }) => state !== "done")} />
      <FileTrigger onSelect={(files) => files && queue.add([...files])}>
        <Button aria-label={text("attachments.replaceFile", { file: file.fileName })}>
          {text("attachments.replace")}
        </Button>
      </FileTrigger>
      <IconButton
        icon="close"
        label={text("attachments.remove", { file: file.fileName })}
        onPress={() =>
          void remove
            .run({ attachmentId, version })
            .then(() => toast(text("attachments.removed", { file: file.fileName }), restore))
            .catch(() => undefined)
        }
      />
    </div>
  );
}
