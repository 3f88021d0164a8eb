/** The words of identity's own mails. Plain text: every mail program shows it, and a link is what it says it is. */

const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });

interface Reader {
  readonly name: string;
  readonly schoolName: string;
}

interface Text {
  readonly subject: string;
  readonly text: string;
}

export function invitationMail(reader: Reader, link: string, expiresAt: number): Text {
  return letter(reader, `Your account at ${reader.schoolName}`, [
    `You have been added to ${reader.schoolName}. Choose a password, and you are in:`,
    link,
    `The link works once, until ${day.format(expiresAt)}. Whoever has it can come in as you: do not pass it on.`,
  ]);
}

export function passwordResetMail(reader: Reader, link: string): Text {
  return letter(reader, `A new password for ${reader.schoolName}`, [
    "Somebody, most likely you, asked for a new password. Choose one here:",
    link,
    "The link works once, within an hour. If it was not you, do nothing: your password stays as it is.",
  ]);
}

export function confirmAddressMail(reader: Reader, link: string, expiresAt: number): Text {
  return letter(reader, `Is this your address, ${reader.name}?`, [
    `${reader.schoolName} is about to write to you at this address, and you will sign in with it. Confirm that it is yours:`,
    link,
    `The link works until ${day.format(expiresAt)}. If you do not know ${reader.schoolName}, do nothing.`,
  ]);
}

export function addressChangedMail(reader: Reader, address: string): Text {
  return letter(reader, "Your address was changed", [
    `Your account at ${reader.schoolName} belongs to ${address} from now on; this is the last mail to the old address.`,
    "If you did not expect that, tell your school at once.",
  ]);
}

export function accountMergedMail(reader: Reader, address: string): Text {
  return letter(reader, `Your accounts at ${reader.schoolName} are one now`, [
    `Somebody, most likely you, asked for a new password for this address. Its account was merged into your other one: sign in with ${address}.`,
    "If you do not know that account's password, ask for a new one with that address.",
  ]);
}

export function passwordChangedMail(reader: Reader): Text {
  return letter(reader, "Your password was changed", [
    `The password of your account at ${reader.schoolName} was changed by a link, and you were signed out everywhere.`,
    "If it was not you, tell your school at once.",
  ]);
}

export function newDeviceMail(reader: Reader, { device, place, at }: NewDevice): Text {
  return letter(reader, "A new device signed in to your account", [
    `Somebody, most likely you, signed in to your account at ${reader.schoolName} on a device that we had not seen before:`,
    `${device}, from ${place}, ${moment.format(at)} (UTC)`,
    "If it was not you, change your password now: that signs every other device out. Then look through your account page.",
  ]);
}

interface NewDevice {
  readonly device: string;
  readonly place: string;
  readonly at: number;
}

function letter({ name, schoolName }: Reader, subject: string, paragraphs: readonly string[]): Text {
  return { subject, text: `${[`Hello ${name},`, ...paragraphs, schoolName].join("\n\n")}\n` };
}
