/** Light or dark: as the system says, unless the person chose. Set before the first paint. */
export type Scheme = "system" | "light" | "dark";

const key = "lyceum-scheme";

export function scheme(): Scheme {
  const kept = localStorage.getItem(key);
  return kept === "light" || kept === "dark" ? kept : "system";
}

export function chooseScheme(next: Scheme): void {
  if (next === "system") localStorage.removeItem(key);
  else localStorage.setItem(key, next);
  applyScheme();
}

export function applyScheme(): void {
  const chosen = scheme();
  if (chosen === "system") delete document.documentElement.dataset.scheme;
  else document.documentElement.dataset.scheme = chosen;
}
