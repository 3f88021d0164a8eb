/** Where materials lie in an archive: a numbered folder for each module, names that any system takes, none twice. Pure. */

const nameLengthMax = 120;

/** The path of each item, by its id; the general contents lie at the top. */
export function archivePaths(
  modules: readonly { readonly id: string; readonly title: string }[],
  items: readonly { readonly id: string; readonly moduleId: string | null; readonly name: string }[],
): ReadonlyMap<string, string> {
  const digits = Math.max(2, String(modules.length).length);
  const folders = new Map(
    modules.map(({ id, title }, at) => [id, `${String(at + 1).padStart(digits, "0")} ${safeName(title)}/`]),
  );
  const taken = new Set<string>();
  const paths = new Map<string, string>();
  for (const { id, moduleId, name } of items) {
    const folder = moduleId === null ? "" : (folders.get(moduleId) ?? "");
    const [, base = "", ending = ""] = /^(.*?)(\.[^. ]{1,10})?$/u.exec(safeName(name)) ?? [];
    let path = `${folder}${base}${ending}`;
    // Case makes no difference to some systems.
    for (let copy = 2; taken.has(path.toLowerCase()); copy++) path = `${folder}${base} (${copy})${ending}`;
    taken.add(path.toLowerCase());
    paths.set(id, path);
  }
  return paths;
}

/** A name that no system takes for a path, a device or something hidden. */
export function safeName(name: string): string {
  const clean = name
    .normalize("NFC")
    .replaceAll(/[\p{Cc}\p{Cf}<>:"/\\|?*]/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .replace(/^[. ]+/, "")
    .replace(/[. ]+$/, "");
  const ending = /\.[^. ]{1,10}$/u.exec(clean)?.[0] ?? "";
  const base = [...clean.slice(0, clean.length - ending.length)].slice(0, nameLengthMax).join("");
  const whole = `${base}${ending}`;
  if (whole === "") return "material";
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(whole) ? `_${whole}` : whole;
}
