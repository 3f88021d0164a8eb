/** Choosing a password: seen while it is typed if one likes, with a word on how strong it is. */
import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { useText } from "../ui/text.ts";
import "./gate-messages.ts";
import { passwordLengthMax, passwordLengthMin, strengthOf } from "./password-strength.ts";

export interface NewPasswordProps {
  readonly label: string;
  readonly name: string;
  /** The account's address, which is no password. */
  readonly email: string;
}

const refusals = {
  short: "password.refuseShort",
  monotonous: "password.refuseMonotonous",
  ownEmail: "password.refuseOwnEmail",
} as const;
const tones = {
  short: undefined,
  monotonous: "danger",
  ownEmail: "danger",
  fair: "warm",
  good: "good",
  strong: "good",
} as const;

export function NewPassword({ label, name, email }: NewPasswordProps) {
  const text = useText();
  const [password, setPassword] = useState("");
  const [isShown, setShown] = useState(false);
  const strength = strengthOf(password, email);

  function problemOf(value: string): string | null {
    const found = strengthOf(value, email);
    return found in refusals ? text(refusals[found as keyof typeof refusals]) : null;
  }

  return (
    <div className="stack-tight">
      <TextField
        label={label}
        name={name}
        type={isShown ? "text" : "password"}
        autoComplete="new-password"
        autoCorrect="off"
        spellCheck="false"
        maxLength={passwordLengthMax}
        hint={text("password.advice")}
        value={password}
        onChange={setPassword}
        validate={problemOf}
        isRequired
      />
      <div className="row row-apart">
        <span role="status">
          {password !== "" && (
            <span className="badge" {...(tones[strength] ? { "data-tone": tones[strength] } : {})}>
              {text(`password.${strength}`, { count: passwordLengthMin - [...password].length })}
            </span>
          )}
        </span>
        <Button look="quiet" onPress={() => setShown(!isShown)}>
          {text(isShown ? "password.hide" : "password.show")}
        </Button>
      </div>
    </div>
  );
}
