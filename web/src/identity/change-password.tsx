/** Changing one's own password; all other sessions end, since somebody else may have known the old one. */
import { useState } from "react";
import { useCommand } from "../data.ts";
import { useMe } from "../frame/me.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { besideField } from "./field-problems.ts";
import { NewPassword } from "./new-password.tsx";

export function ChangePasswordSection() {
  const text = useText();
  const { person } = useMe();
  const change = useCommand("identity.changePassword");
  const [timesChanged, setTimesChanged] = useState(0);

  async function submit(fields: Readonly<Record<string, string>>, key: string) {
    const { currentPassword = "", newPassword = "" } = fields;
    const { sessionsEnded } = await besideField(
      { wrong_password: "currentPassword", weak_password: "newPassword" },
      change.run({ currentPassword, newPassword }, key),
    );
    toast(text("changePassword.done", { count: sessionsEnded }));
    setTimesChanged((times) => times + 1);
  }

  return (
    <section className="section" aria-labelledby="change-password">
      <h2 id="change-password">{text("changePassword.title")}</h2>
      <p className="soft prose">{text("changePassword.lead")}</p>
      <div className="card prose">
        {/* A fresh form, so that no password stays on the page. */}
        <Form key={timesChanged} onSubmit={submit}>
          {({ isPending }) => (
            <>
              {/* Password managers ask which account it is. */}
              <input type="hidden" name="username" autoComplete="username" value={person.email} />
              <TextField
                label={text("changePassword.current")}
                name="currentPassword"
                type="password"
                autoComplete="current-password"
                isRequired
              />
              <NewPassword label={text("password.new")} name="newPassword" email={person.email} />
              <div>
                <Button type="submit" look="primary" isPending={isPending}>
                  {text("changePassword.submit")}
                </Button>
              </div>
            </>
          )}
        </Form>
      </div>
    </section>
  );
}
