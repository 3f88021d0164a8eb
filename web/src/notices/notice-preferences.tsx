/** Which notices come by mail, and when. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { CommandInput, ReadOutput } from "../contract.ts";
import { useCommand, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Checkbox, Select } from "../ui/choices.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { PageHead } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { timeZoneText } from "../ui/time-zone-text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";
import "./notices.css";

type Preferences = ReadOutput<"notices.getNoticePreferences">;
type Kind = Preferences["kinds"][number]["kind"];
type Mode = Preferences["kinds"][number]["mail"];

/** Where somebody is told of each kind. */
const roleOf: Readonly<Record<Kind, "anybody" | "student" | "teacher">> = {
  announcement_posted: "anybody",
  enrolment_started: "anybody",
  material_published: "student",
  assignment_published: "student",
  assignment_due_soon: "student",
  submission_received: "student",
  extension_granted: "student",
  grade_released: "student",
  grade_changed: "student",
  appeal_answered: "student",
  query_answered: "student",
  query_merged: "student",
  query_asked: "teacher",
  query_followed_up: "teacher",
  appeal_opened: "teacher",
};
const roles = ["anybody", "student", "teacher"] as const;
const modes: readonly Mode[] = ["at_once", "digest", "off"];
const usualQuiet = { quietFrom: 21 * 60, quietTo: 7 * 60 };
const mailsPerDayMax = 6;

export function NoticePreferencesPage() {
  const text = useText();
  const preferences = useRead("notices.getNoticePreferences", {});
  return (
    <>
      <PageHead
        title={text("noticePreferences.title")}
        path={<Link to="/notices">{text("notices.title")}</Link>}
        lead={<p className="soft prose">{text("noticePreferences.lead")}</p>}
      />
      <Loaded of={preferences}>{(data) => <PreferencesForm key={data.version} preferences={data} />}</Loaded>
    </>
  );
}

function PreferencesForm({ preferences }: { readonly preferences: Preferences }) {
  const text = useText();
  const { run } = useCommand("notices.updateNoticePreferences");
  const [chosen, setChosen] = useState<ReadonlyMap<Kind, Mode>>(
    new Map(preferences.kinds.map(({ kind, mail }) => [kind, mail])),
  );
  const [isQuiet, setQuiet] = useState(preferences.quietFrom !== null);

  async function submit(fields: Readonly<Record<string, string>>, key: string) {
    const quiet = isQuiet
      ? { quietFrom: minuteOf(fields.quietFrom), quietTo: minuteOf(fields.quietTo) }
      : { quietFrom: null, quietTo: null };
    const input: CommandInput<"notices.updateNoticePreferences"> = {
      version: preferences.version,
      kinds: [...chosen].map(([kind, mail]) => ({ kind, mail })),
      digestMinute: minuteOf(fields.digestMinute),
      ...quiet,
    };
    await run(input, key);
    toast(text("noticePreferences.saved"));
  }

  return (
    <Form onSubmit={submit}>
      {({ isPending }) => (
        <>
          <section className="section" aria-labelledby="notice-mails">
            <h2 id="notice-mails">{text("noticePreferences.mails")}</h2>
            <div className="card notice-roles">
              {roles.map((role) => (
                <div key={role} className="stack">
                  <h3>{text(`noticePreferences.as.${role}`)}</h3>
                  <div className="notice-kinds">
                    {preferences.kinds
                      .filter(({ kind }) => roleOf[kind] === role)
                      .map(({ kind }) => (
                        <Select
                          key={kind}
                          label={text(`notices.kind.${kind}`)}
                          options={modes.map((mode) => ({
                            value: mode,
                            label: text(`noticePreferences.mode.${mode}`),
                          }))}
                          value={chosen.get(kind) ?? "off"}
                          onChange={(mode) => setChosen(new Map(chosen).set(kind, mode))}
                        />
                      ))}
                  </div>
                </div>
              ))}
            </div>
            <p className="soft">{text("noticePreferences.limits", { count: mailsPerDayMax })}</p>
          </section>
          <section className="section" aria-labelledby="notice-times">
            <h2 id="notice-times">{text("noticePreferences.times")}</h2>
            <div className="card prose stack">
              <TextField
                label={text("noticePreferences.digest")}
                name="digestMinute"
                type="time"
                defaultValue={timeOf(preferences.digestMinute)}
                isRequired
              />
              <Checkbox isSelected={isQuiet} onChange={setQuiet}>
                {text("noticePreferences.quiet")}
              </Checkbox>
              <p className="field-hint">{text("noticePreferences.quietHint")}</p>
              {isQuiet && (
                <div className="row">
                  {(["quietFrom", "quietTo"] as const).map((end) => (
                    <TextField
                      key={end}
                      label={text(`noticePreferences.${end}`)}
                      name={end}
                      type="time"
                      defaultValue={timeOf(preferences[end] ?? usualQuiet[end])}
                      isRequired
                    />
                  ))}
                </div>
              )}
              <p className="soft">
                {text("noticePreferences.zone", { timeZone: timeZoneText(preferences.timeZone) })}{" "}
                <Link to="/account">{text("noticePreferences.changeZone")}</Link>
              </p>
            </div>
          </section>
          <div>
            <Button type="submit" look="primary" isPending={isPending}>
              {text("noticePreferences.save")}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}

/** `17:30`, as the browser's field for times takes it. */
function timeOf(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

function minuteOf(time: string | undefined): number {
  const [hour = 0, minute = 0] = (time ?? "").split(":").map(Number);
  return hour * 60 + minute;
}
