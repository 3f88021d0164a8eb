/** How far something is, in words and as a bar. */
import { Label } from "react-aria-components/Label";
import { ProgressBar as AriaProgressBar } from "react-aria-components/ProgressBar";

export interface ProgressBarProps {
  readonly label: string;
  /** 0 to 100. */
  readonly percent: number;
  readonly detail?: string;
}

export function ProgressBar({ label, percent, detail }: ProgressBarProps) {
  return (
    <AriaProgressBar className="progress" value={percent}>
      {({ percentage, valueText }) => (
        <>
          <Label>{label}</Label>
          <span className="number">{detail ?? valueText}</span>
          <div className="progress-track">
            <div className="progress-fill" style={{ inlineSize: `${percentage ?? 0}%` }} />
          </div>
        </>
      )}
    </AriaProgressBar>
  );
}
