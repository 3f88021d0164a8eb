/** Files beside a query or an answer: chosen while writing, opened while reading. */
import { useCallback, useState } from "react";
import { command, read } from "../client.ts";
import type { QueryThread } from "../contract.ts";
import { DownloadLink } from "../materials/get-course-material.tsx";
import { UploadList } from "../materials/upload-list.tsx";
import { useUploads } from "../materials/upload-queue.ts";
import { atNode } from "../nodes.ts";
import { Button } from "../ui/button.tsx";
import { FileDrop } from "../ui/file-drop.tsx";
import { Icon } from "../ui/icon.tsx";
import { bytesText } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";
import "./queries.css";

type Attachment = QueryThread["attachments"][number];

const filesMax = 5;

/** The files that were added to a text that is being written; `forget` begins anew once it is sent. */
export function useAttachments(courseId: string) {
  return useFiles((uploadId, key) => command("queries.addAttachment", { courseId, uploadId }, key));
}

/** The same for any text that files go along with; `begun` are there already. */
export function useFiles(
  add: (uploadId: string, key: string) => Promise<Attachment>,
  begun: readonly Attachment[] = [],
) {
  const [added, setAdded] = useState(begun);
  const { queue, items } = useUploads(async (uploadId, _file, key) => {
    const attachment = await add(uploadId, key);
    setAdded((before) => [...before, attachment]);
  });
  const forget = () => {
    setAdded([]);
    for (const { id } of items) queue.dismiss(id);
  };
  const isBusy = items.some(({ state }) => state !== "done" && state !== "failed");
  return {
    added,
    setAdded,
    queue,
    items,
    forget,
    isBusy,
    ids: added.map(({ attachmentId }) => attachmentId),
  };
}

export function AttachmentsField({ of }: { readonly of: ReturnType<typeof useAttachments> }) {
  const text = useText();
  const { added, setAdded, queue, items } = of;
  return (
    <details className="attach">
      <summary>
        {added.length === 0 ? text("attach.title") : text("attach.count", { count: added.length })}
      </summary>
      <div className="stack">
        {added.length < filesMax && (
          <FileDrop
            label={text("attach.drop")}
            hint={text("attach.hint")}
            many
            onFiles={(files) => queue.add(files)}
          />
        )}
        <UploadList queue={queue} items={items.filter(({ state }) => state !== "done")} />
        {added.length > 0 && (
          <ul className="list" aria-label={text("attach.list")}>
            {added.map(({ attachmentId, file }) => (
              <li key={attachmentId}>
                <span className="grow">
                  {file.fileName} <span className="faint">{bytesText(file.bytes)}</span>
                </span>
                <Button
                  look="quiet"
                  aria-label={text("attach.remove", { name: file.fileName })}
                  onPress={() =>
                    setAdded((before) => before.filter((each) => each.attachmentId !== attachmentId))
                  }
                >
                  <Icon name="close" />
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </details>
  );
}

/** How a file beside a query is opened. */
const ofQuery = async (attachmentId: string) => (await read("queries.getAttachment", { attachmentId })).url;

export interface AttachmentListProps {
  readonly attachments: readonly Attachment[];
  /** The address of a file, where it does not stand beside a query. */
  readonly urlOf?: (attachmentId: string) => Promise<string>;
}

export function AttachmentList({ attachments, urlOf = ofQuery }: AttachmentListProps) {
  const text = useText();
  if (attachments.length === 0) return null;
  return (
    <ul className="attachments" aria-label={text("attach.list")}>
      {attachments.map((each) => (
        <li key={each.attachmentId} className="row">
          <Icon name="file" />
          <span className="grow">
            {each.file.fileName} <span className="faint">{bytesText(each.file.bytes)}</span>
          </span>
          <Download attachment={each} urlOf={urlOf} />
        </li>
      ))}
    </ul>
  );
}

interface DownloadProps {
  readonly attachment: Attachment;
  readonly urlOf: (attachmentId: string) => Promise<string>;
}

function Download({ attachment: { attachmentId, file }, urlOf }: DownloadProps) {
  const getUrl = useCallback(async () => atNode(await urlOf(attachmentId)), [attachmentId, urlOf]);
  return <DownloadLink getUrl={getUrl} fileName={file.fileName} />;
}
