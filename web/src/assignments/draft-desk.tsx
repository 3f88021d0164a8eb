/** What a student is about to hand in: a text that saves itself, files that stay on the server, and the button. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { command, read } from "../client.ts";
import type { Assignment, MySubmission, SubmissionReceipt } from "../contract.ts";
import { UploadList } from "../materials/upload-list.tsx";
import { useUploads } from "../materials/upload-queue.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { FileDrop } from "../ui/file-drop.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { bytesText } from "../ui/pieces.tsx";
import { locale, useText } from "../ui/text.ts";
import { acceptOf, takenText } from "./accepted.ts";
import { timeIn } from "./course-dates.ts";
import { type DraftText, useDraftText } from "./draft-text.ts";

export interface DraftDeskProps {
  readonly assignment: Assignment;
  readonly mine: MySubmission;
  /** Whether it is looked at as somebody else: all of it is there, and nothing of it moves. */
  readonly isReadOnly: boolean;
  readonly onReceipt: (receipt: SubmissionReceipt | null) => void;
}

export function DraftDesk({ assignment, mine, isReadOnly, onReceipt }: DraftDeskProps) {
  const text = useText();
  const queries = useQueryClient();
  const { assignmentId, filesMax, acceptsText } = assignment;
  const { draft, terms, submission } = mine;
  const written = useDraftText(assignmentId, draft);
  const [isHandingIn, setHandingIn] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const refresh = () => queries.invalidateQueries();
  const { queue, items } = useUploads(async (uploadId, _file, key) => {
    await command("assignments.addDraftFile", { assignmentId, uploadId }, key);
    await refresh();
  });
  const waiting = items.filter(({ state }) => state !== "done" && state !== "failed").length;
  const room = filesMax - draft.files.length - waiting;
  const isEmpty = draft.files.length === 0 && written.text.trim() === "";

  async function handIn() {
    setHandingIn(true);
    setError(null);
    onReceipt(null);
    try {
      const saved = acceptsText ? await written.flush() : null;
      if (acceptsText && saved === null) return;
      const { draft: newest } = await read("assignments.getMySubmission", { assignmentId });
      onReceipt(await command("assignments.submitDraft", { assignmentId, version: newest.version }));
      for (const { id } of items) queue.dismiss(id);
    } catch (failure) {
      setError(failure);
    } finally {
      setHandingIn(false);
      await refresh();
    }
  }

  return (
    <div className="stack">
      {terms.window === "late" && <Notice tone="warm">{text("submit.lateWarning")}</Notice>}
      {acceptsText && <Answer written={written} timeZone={assignment.timeZone} isReadOnly={isReadOnly} />}
      {filesMax > 0 && <DraftFiles assignmentId={assignmentId} draft={draft} isReadOnly={isReadOnly} />}
      {room > 0 && (
        <FileDrop
          label={text(filesMax === 1 ? "submit.drop" : "submit.dropMany", { count: filesMax })}
          hint={takenText(assignment, text)}
          accept={acceptOf(assignment)}
          many={room > 1}
          isDisabled={isReadOnly}
          onFiles={(files) => {
            for (const { id, state } of items) if (state === "done") queue.dismiss(id);
            queue.add(files.slice(0, room));
          }}
        />
      )}
      <UploadList queue={queue} items={items.filter(({ state }) => state !== "done")} />
      <ErrorNotice error={error} />
      <div className="row">
        <Button
          look="primary"
          isPending={isHandingIn}
          isDisabled={isReadOnly || isEmpty || waiting > 0 || written.theirs !== null}
          onPress={() => void handIn()}
        >
          {text(submission?.isHandedIn ? "submit.handInAgain" : "submit.handIn")}
        </Button>
        <span className="faint">
          {isEmpty
            ? text("submit.nothingYet")
            : terms.attemptsMax !== null &&
              text("submit.attemptOf", {
                attempt: new Intl.NumberFormat(locale).format(terms.attemptsUsed + 1),
                count: terms.attemptsMax,
              })}
        </span>
      </div>
    </div>
  );
}

interface AnswerProps {
  readonly written: DraftText;
  readonly timeZone: string;
  readonly isReadOnly: boolean;
}

function Answer({ written, timeZone, isReadOnly }: AnswerProps) {
  const text = useText();
  const { state, savedAt, theirs } = written;
  return (
    <div className="stack-tight">
      {theirs !== null && (
        <Notice tone="warm" title={text("submit.otherWindow")}>
          <p>{text("submit.otherWindowHint")}</p>
          <blockquote className="draft-theirs">
            {theirs === "" ? text("submit.emptyText") : theirs}
          </blockquote>
          <div className="row">
            <Button onPress={written.keepMine}>{text("submit.keepMine")}</Button>
            <Button onPress={written.takeTheirs}>{text("submit.takeTheirs")}</Button>
          </div>
        </Notice>
      )}
      <TextField
        label={text("submit.answer")}
        hint={text("submit.answerHint")}
        value={written.text}
        onChange={written.write}
        rows={10}
        isRequired
        isReadOnly={isReadOnly}
      />
      <p className="faint" role="status">
        {state === "saved"
          ? savedAt !== null &&
            written.text !== "" &&
            text("submit.savedAt", { time: timeIn(savedAt, timeZone) })
          : text(state === "waiting" ? "submit.unsaved" : `submit.${state}`)}
      </p>
      {state === "refused" && <ErrorNotice error={written.error} />}
    </div>
  );
}

interface DraftFilesProps {
  readonly assignmentId: string;
  readonly draft: MySubmission["draft"];
  readonly isReadOnly: boolean;
}

function DraftFiles({ assignmentId, draft, isReadOnly }: DraftFilesProps) {
  const text = useText();
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  if (draft.files.length === 0) return null;
  return (
    <div className="stack-tight">
      <h3>{text("submit.draftFiles")}</h3>
      <ErrorNotice error={error} />
      <ul className="list">
        {draft.files.map(({ fileId, file: { fileName, bytes } }) => (
          <li key={fileId}>
            <div className="grow">
              <p className="item-title">{fileName}</p>
              <p className="faint">
                {bytesText(bytes)} · {text("submit.notYet")}
              </p>
            </div>
            <IconButton
              icon="download"
              label={text("submit.download", { file: fileName })}
              onPress={() =>
                void read("assignments.downloadDraftFile", { assignmentId, fileId }).then(
                  ({ url }) => location.assign(`${url}?download`),
                  setError,
                )
              }
            />
            <IconButton
              icon="close"
              label={text("submit.removeFile", { file: fileName })}
              isDisabled={isReadOnly}
              onPress={() =>
                void command("assignments.removeDraftFile", { assignmentId, fileId }).then(
                  () => queries.invalidateQueries(),
                  setError,
                )
              }
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
