/** Answering a query; the draft stays in this browser until it is sent. */
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { useDraft } from "./draft.ts";
import "./messages.ts";

export function AnswerForm({ queryId }: { readonly queryId: string }) {
  const text = useText();
  const { run } = useCommand("queries.answerQuery");
  const [body, setBody, forgetBody] = useDraft(`answer:${queryId}`);

  async function answer(_fields: unknown, key: string) {
    await run({ queryId, body }, key);
    forgetBody();
    toast(text("query.answered"));
  }
  return (
    <Form onSubmit={answer}>
      {({ isPending }) => (
        <>
          <TextField
            label={text("query.answerLabel")}
            hint={text("query.answerHint")}
            name="body"
            value={body}
            onChange={setBody}
            rows={6}
            maxLength={10_000}
            isRequired
          />
          <div>
            <Button type="submit" look="primary" isPending={isPending}>
              {text("query.answer")}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}
