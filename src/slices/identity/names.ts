/** Names and e-mail addresses in the forms that can be compared: the engines sort and fold text differently. */

/** So many characters of a name take part in sorting; beyond, the id decides. */
const sortedCharactersMax = 60;

/** An address as it is stored and looked up: two spellings of one mailbox must not make two accounts. */
export function foldEmail(email: string): string {
  return email.normalize("NFKC").trim().toLowerCase();
}

/** A name as it is shown: composed, without blanks around it and with single ones inside. */
export function cleanName(name: string): string {
  return name.normalize("NFC").trim().replaceAll(/\s+/gu, " ");
}

/** Text without marks and case, for searching: `Zoë` is found as `zoe`. */
export function foldText(text: string): string {
  return cleanName(text).normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

/**
 * What a list sorts by: the folded name's UTF-8 in hexadecimal. Digits come before `a` to `f` under every collation,
 * so the order is the same on both engines, whatever language the database was set up in.
 */
export function nameKey(name: string): string {
  const start = [...foldText(name)].slice(0, sortedCharactersMax).join("");
  return Buffer.from(start).toString("hex");
}

/** What a search looks in. */
export function searchKey(name: string, email: string): string {
  return `${foldText(name)} ${email}`;
}
