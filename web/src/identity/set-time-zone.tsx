/** The clock that somebody lives by: what is due today, quiet hours and the digest go by it. */
import { useCommand } from "../data.ts";
import { useMe } from "../frame/me.ts";
import { ErrorNotice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { TimeZoneSelect } from "../ui/time-zone-select.tsx";
import { timeZoneText } from "../ui/time-zone-text.ts";
import { toast } from "../ui/toast.tsx";

export function TimeZoneChoice() {
  const text = useText();
  const { timeZone, school } = useMe();
  const { run, error } = useCommand("identity.setTimeZone");

  async function choose(chosen: string | null) {
    const saved = await run({ timeZone: chosen }).catch(() => null);
    if (saved !== null) toast(text("account.timeZoneSaved"));
  }

  return (
    <div className="stack">
      <TimeZoneSelect
        label={text("account.timeZone")}
        none={text("account.schoolTimeZone", { zone: timeZoneText(school.timeZone) })}
        value={timeZone}
        onChange={(chosen) => void choose(chosen)}
      />
      <p className="field-hint">{text("account.timeZoneHint")}</p>
      {error !== null && <ErrorNotice error={error} />}
    </div>
  );
}
