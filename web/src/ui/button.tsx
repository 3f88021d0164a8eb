/** Buttons, and links that look like them. While its action runs a button says so and takes no second press. */
import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components/Button";
import { Icon, type IconName } from "./icon.tsx";
import { useText } from "./text.ts";

export type Look = "primary" | "plain" | "quiet" | "link" | "danger";

export interface ButtonProps extends Omit<AriaButtonProps, "children" | "className"> {
  readonly look?: Look;
  readonly icon?: IconName;
  readonly children: ReactNode;
}

export function Button({ look = "plain", icon, children, isPending = false, ...rest }: ButtonProps) {
  const text = useText();
  return (
    <AriaButton {...rest} isPending={isPending} className="button" data-look={look}>
      {icon && <Icon name={icon} />}
      <span>{isPending ? text("working") : children}</span>
    </AriaButton>
  );
}

export interface IconButtonProps extends Omit<AriaButtonProps, "children" | "className" | "aria-label"> {
  readonly icon: IconName;
  /** What it does; read aloud, and shown when the pointer rests on it. */
  readonly label: string;
  readonly look?: Look;
}

export function IconButton({ icon, label, look = "quiet", ...rest }: IconButtonProps) {
  return (
    <AriaButton
      {...rest}
      aria-label={label}
      className="button"
      data-look={look}
      data-size="icon"
      render={(props) => <button {...props} title={label} />}
    >
      <Icon name={icon} />
    </AriaButton>
  );
}
