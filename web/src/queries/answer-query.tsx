/** Answering a query, or asking on; the draft stays in this browser until it is sent. */
import { useEffect, useRef } from "react";
import { CallError } from "../client.ts";
import type { QueryThread } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { AttachmentsField, useAttachments } from "./attachments.tsx";
import { useDraft } from "./draft.ts";
import "./messages.ts";

/** Others who teach are told again this often that somebody is still writing. */
const announceMs = 60_000;

export interface AnswerFormProps {
  readonly thread: QueryThread;
  readonly manner: "answer" | "classmate" | "followUp";
}

export function AnswerForm({ thread, manner }: AnswerFormProps) {
  const text = useText();
  const { queryId, courseId, answerCount } = thread.query;
  const answering = useCommand("queries.answerQuery");
  const following = useCommand("queries.followUpQuery");
  const [body, setBody, forgetBody] = useDraft(`answer:${queryId}`);
  const files = useAttachments(courseId);
  const announce = useAnnouncing(queryId, manner === "answer");
  // What was there when the writing began: an answer that comes meanwhile is read before one's own is sent.
  const seen = useRef(answerCount);
  useEffect(() => {
    if (body === "") seen.current = answerCount;
  }, [body, answerCount]);

  async function send(_fields: unknown, key: string) {
    const input = { queryId, body, attachmentIds: files.ids };
    try {
      if (manner === "followUp") await following.run(input, key);
      else await answering.run({ ...input, answersSeen: seen.current }, key);
    } catch (error) {
      if (error instanceof CallError && error.code === "answered_meanwhile")
        seen.current = Number.MAX_SAFE_INTEGER;
      throw error;
    }
    forgetBody();
    files.forget();
    toast(text(manner === "followUp" ? "query.followedUp" : "query.answered"));
  }
  const others = thread.answering.map(({ name }) => name).join(", ");
  return (
    <Form onSubmit={send}>
      {({ isPending }) => (
        <>
          {others !== "" && <Notice tone="warm">{text("query.answering", { names: others })}</Notice>}
          <TextField
            label={text(manner === "followUp" ? "query.followUpLabel" : "query.answerLabel")}
            hint={text(
              manner === "followUp"
                ? "query.followUpHint"
                : manner === "classmate"
                  ? "query.classmateHint"
                  : "query.answerHint",
            )}
            name="body"
            value={body}
            onChange={(next) => {
              setBody(next);
              if (next !== "") announce();
            }}
            rows={6}
            maxLength={10_000}
            isRequired
          />
          <AttachmentsField of={files} />
          <div>
            <Button type="submit" look="primary" isPending={isPending} isDisabled={files.isBusy}>
              {text(manner === "followUp" ? "query.followUp" : "query.answer")}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}

/** Tells colleagues that one is writing, now and then while it goes on. */
function useAnnouncing(queryId: string, isStaff: boolean): () => void {
  const { run } = useCommand("queries.announceAnswering");
  const last = useRef(0);
  return () => {
    if (!isStaff || Date.now() - last.current < announceMs) return;
    last.current = Date.now();
    // Colleagues merely do not see it if this fails.
    run({ queryId }).catch(() => undefined);
  };
}
