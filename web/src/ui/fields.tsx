/** Text fields: a label that stays, a hint below it, and what is wrong said next to the field that it is about. */
import { FieldError } from "react-aria-components/FieldError";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { Text } from "react-aria-components/Text";
import { TextArea } from "react-aria-components/TextArea";
import {
  type TextFieldProps as AriaProps,
  TextField as AriaTextField,
} from "react-aria-components/TextField";
import { Icon } from "./icon.tsx";
import { useText } from "./text.ts";

export interface TextFieldProps extends Omit<AriaProps, "children" | "className"> {
  readonly label: string;
  readonly hint?: string;
  readonly placeholder?: string;
  /** For several lines: how many are shown at first. */
  readonly rows?: number;
  /** For codes that are read out letter by letter. */
  readonly isCode?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
}

export function TextField(props: TextFieldProps) {
  const { label, hint, rows, isCode, ...others } = props;
  const { placeholder, min, max, step, ...rest } = others;
  const limits = Object.fromEntries(
    Object.entries({ placeholder, min, max, step }).filter(([, value]) => value !== undefined),
  );
  const text = useText();
  // What is searched for or only shown is nothing that one could leave out.
  const isOptional = rest.isRequired !== true && rest.isReadOnly !== true && rest.type !== "search";
  return (
    <AriaTextField {...rest} className="field">
      <Label className="field-label">
        {label} {isOptional && <span className="field-optional">{text("optional")}</span>}
      </Label>
      {rows === undefined ? (
        <Input className="input" {...limits} {...(isCode ? { "data-code": "" } : {})} />
      ) : (
        <TextArea className="input" rows={rows} {...limits} />
      )}
      {hint !== undefined && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
      <FieldProblem />
    </AriaTextField>
  );
}

export function FieldProblem() {
  return (
    <FieldError className="field-error">
      {({ validationErrors }) => (
        <>
          <Icon name="warn" />
          <span>{validationErrors.join(" ")}</span>
        </>
      )}
    </FieldError>
  );
}
