/** The page before the school: a calm half with the mark, and a half with one form. */
import type { ReactNode } from "react";
import { Mark } from "../ui/mark.tsx";
import { useText } from "../ui/text.ts";
import "./sign-in.css";

export function Gate({ school, children }: { readonly school: string; readonly children: ReactNode }) {
  const text = useText();
  return (
    <div className="gate">
      <header className="gate-art">
        <Arches />
        <span className="brand">
          <Mark />
          {school === "" ? "Lyceum" : school}
        </span>
        <p className="gate-motto">{text("signIn.motto")}</p>
      </header>
      <main className="gate-form" id="main">
        {children}
      </main>
    </div>
  );
}

function Arches() {
  const arch = (x: number, inset: number) =>
    `M${x + inset} 200V${96 + inset}a${50 - inset} ${50 - inset} 0 0 1 ${100 - 2 * inset} 0V200`;
  return (
    <svg
      className="gate-arches"
      viewBox="0 0 480 200"
      preserveAspectRatio="xMidYMax slice"
      aria-hidden="true"
    >
      {[-60, 60, 180, 300, 420].map((x) => (
        <path key={x} d={[0, 9, 24].map((inset) => arch(x, inset)).join("")} />
      ))}
    </svg>
  );
}
