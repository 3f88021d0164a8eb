/** How people want to be told: what they have said, and the usual for the rest. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import { timeZonesOf } from "#slices/identity/api.ts";
import { usualMail } from "./kinds.ts";
import { type MailWishes, usualWishes } from "./mail-time.ts";
import { type MailMode, type NoticeKind, type NoticePreferences, noticeKinds } from "./schema.ts";
import type { NoticeSettingsTable, NoticesTables } from "./tables.ts";

export interface Wishes extends MailWishes {
  readonly mail: (kind: NoticeKind) => MailMode;
}

/** The wishes of each of these people. */
export async function wishesOf(
  database: Database,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, Wishes>> {
  const db = tablesOf<NoticesTables>(database);
  const settings = await db
    .selectFrom("notice_settings")
    .selectAll()
    .where("person_id", "in", personIds)
    .execute();
  const preferences = await db
    .selectFrom("notice_preferences")
    .selectAll()
    .where("person_id", "in", personIds)
    .execute();
  const zones = await timeZonesOf(database, personIds);
  const settingsBy = new Map(settings.map((row) => [row.person_id, row]));
  const modeBy = new Map(preferences.map((row) => [`${row.person_id} ${row.kind}`, row.mail]));
  return new Map(
    personIds.map((id) => [
      id,
      {
        ...mailWishes(settingsBy.get(id), zones.get(id) ?? "UTC"),
        mail: (kind) => modeBy.get(`${id} ${kind}`) ?? usualMail[kind],
      },
    ]),
  );
}

/** The wishes of one person as the wire names them. */
export async function preferencesOf(database: Database, personId: string): Promise<NoticePreferences> {
  const wishes = (await wishesOf(database, [personId])).get(personId);
  const row = await settingsOf(database, personId);
  const { digestMinute, quiet, timeZone } = wishes ?? { ...usualWishes, timeZone: "UTC" };
  return {
    kinds: noticeKinds.map((kind) => ({ kind, mail: wishes?.mail(kind) ?? usualMail[kind] })),
    digestMinute,
    quietFrom: quiet?.from ?? null,
    quietTo: quiet?.to ?? null,
    timeZone,
    version: row?.version ?? 1,
  };
}

/** What somebody has said of times; undefined when they never did. */
export function settingsOf(database: Database, personId: string): Promise<NoticeSettingsTable | undefined> {
  return tablesOf<NoticesTables>(database)
    .selectFrom("notice_settings")
    .selectAll()
    .where("person_id", "=", personId)
    .executeTakeFirst();
}

function mailWishes(row: NoticeSettingsTable | undefined, timeZone: string): MailWishes {
  if (row === undefined) return { ...usualWishes, timeZone };
  const { digest_minute, quiet_from: from, quiet_to: to } = row;
  return { timeZone, digestMinute: digest_minute, quiet: from === null || to === null ? null : { from, to } };
}
