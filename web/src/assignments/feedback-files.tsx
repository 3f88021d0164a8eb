/** Files that go back to the student with the grade. */
import { useQueryClient } from "@tanstack/react-query";
import { command, read } from "../client.ts";
import type { SubmissionToGrade } from "../contract.ts";
import { IfOpen, useIsOpen } from "../courses/if-open.tsx";
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
import "./grading-messages.ts";

type Files = SubmissionToGrade["feedbackFiles"];

export interface FeedbackFilesProps {
  readonly submissionId: string;
  readonly studentId: string;
  readonly files: Files;
}

/** For graders: what goes back, and more of it. */
export function FeedbackFiles({ submissionId, studentId, files }: FeedbackFilesProps) {
  const text = useText();
  const queries = useQueryClient();
  const isOpenCourse = useIsOpen();
  const remove = useCommand("assignments.removeFeedbackFile");
  const { queue, items } = useUploads(async (uploadId, _file, key) => {
    await command("assignments.addFeedbackFile", { submissionId, studentId, uploadId }, key);
    await queries.invalidateQueries();
  });
  return (
    <details className="grade-more" open={files.length > 0}>
      <summary>{text("grading.files", { count: files.length })}</summary>
      <div className="stack-tight">
        <ErrorNotice error={remove.error} />
        <FileLinks
          files={files}
          {...(isOpenCourse
            ? {
                onRemove: (feedbackFileId: string) =>
                  void remove.run({ feedbackFileId }).catch(() => undefined),
              }
            : {})}
        />
        <IfOpen>
          <FileDrop
            label={text("grading.filesDrop")}
            hint={text("grading.filesHint")}
            many
            onFiles={(chosen) => {
              for (const { id, state } of items) if (state === "done") queue.dismiss(id);
              queue.add(chosen);
            }}
          />
        </IfOpen>
        <UploadList queue={queue} items={items} />
      </div>
    </details>
  );
}

/** The files as links; with a way to take each back, for graders. */
export function FileLinks({
  files,
  onRemove,
}: {
  readonly files: Files;
  readonly onRemove?: (feedbackFileId: string) => void;
}) {
  const text = useText();
  return (
    <ul className="list">
      {files.map(({ feedbackFileId, file }) => (
        <li key={feedbackFileId} className="row row-apart">
          <Button
            look="quiet"
            icon="download"
            onPress={() =>
              void read("assignments.downloadFeedbackFile", { feedbackFileId }).then(
                ({ url }) => location.assign(`${atNode(url)}?download`),
                (error: Error) => toast(text("grading.downloadFailed", { reason: error.message })),
              )
            }
          >
            {file.fileName} · {bytesText(file.bytes)}
          </Button>
          {onRemove && (
            <IconButton
              icon="close"
              label={text("grading.fileRemove", { file: file.fileName })}
              onPress={() => onRemove(feedbackFileId)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}
