/** What differs from one copy to the next: names, addresses, codes and marks. */

import { foldKey } from "#slices/courses/keys.ts";
import { foldEmail, nameKey, searchKey } from "#slices/identity/names.ts";

type Row = Readonly<Record<string, string | number | null>>;
type Changes = Record<string, string | number | null>;

export interface PersonFacts {
  /** Counts people, or courses where a row is a course's. */
  readonly nth: number;
  readonly role: "teacher" | "student" | "course";
  /** A number from 0 to 1 that goes with the copy: how well somebody does. */
  readonly ability: number;
}

const given = [
  "Ada",
  "Amara",
  "Anouk",
  "Astrid",
  "Bilal",
  "Chen",
  "Chiara",
  "Dilnoza",
  "Élodie",
  "Emre",
  "Farid",
  "Freya",
  "Goran",
  "Hana",
  "Ifeoma",
  "Ingrid",
  "Ioana",
  "Jakub",
  "João",
  "Kamala",
  "Kenji",
  "Lars",
  "Leila",
  "Lucía",
  "Mariam",
  "Mei",
  "Miłosz",
  "Nadia",
  "Noor",
  "Oksana",
  "Paulo",
  "Quỳnh",
  "Rafael",
  "Ruth",
  "Sanna",
  "Siobhán",
  "Tariq",
  "Thandiwe",
  "Uma",
  "Viktor",
  "Wanjiru",
  "Xiomara",
  "Yusuf",
  "Zoë",
];
const family = [
  "Abara",
  "Achterberg",
  "Andersson",
  "Bakırcı",
  "Bianchi",
  "Castillo",
  "Çelik",
  "Dąbrowski",
  "Diallo",
  "Edwards",
  "Eze",
  "Fischer",
  "García",
  "Grünwald",
  "Haddad",
  "Horvat",
  "Ibrahim",
  "Ito",
  "Jansen",
  "Kaya",
  "Kim",
  "Kovács",
  "Lindqvist",
  "López",
  "Mbeki",
  "Meyer",
  "Nguyễn",
  "Novák",
  "O'Brien",
  "Okafor",
  "Patel",
  "Petrov",
  "Quispe",
  "Rossi",
  "Sato",
  "Schäfer",
  "Silva",
  "Tanaka",
  "Traoré",
  "Ueda",
  "Vargas",
  "Weiß",
  "Yamada",
  "Zhang",
];
const topics = [
  "Optics",
  "Number theory",
  "Medieval towns",
  "Statistics",
  "Organic chemistry",
  "Rhetoric",
  "Ecology",
];
const terms = ["Autumn 2026", "Spring 2026", "Autumn 2025"];

export function addressOf({ role, nth }: Pick<PersonFacts, "role" | "nth">): string {
  return foldEmail(`${role}-${nth}@generated.example`);
}

export function nameOf({ nth }: Pick<PersonFacts, "nth">): string {
  const first = given[nth % given.length] ?? "Ada";
  const last = family[Math.floor(nth / given.length) % family.length] ?? "Abara";
  const round = Math.floor(nth / (given.length * family.length));
  return round === 0 ? `${first} ${last}` : `${first} ${family[(nth + round) % family.length]}-${last}`;
}

/** The columns of a table whose values differ from copy to copy beside the ids; null where none do. */
export function changesOf(table: string, row: Row): ((facts: PersonFacts) => Changes) | null {
  if (table === "people") return personChanges;
  if (table === "courses") return courseChanges;
  if (table === "grades")
    return (facts) => ({
      ...pointsOf(row, "points_hundredths", facts),
      ...pointsOf(row, "raw_hundredths", facts),
    });
  if (table === "grade_changes")
    return (facts) => ({
      ...pointsOf(row, "to_hundredths", facts),
      ...pointsOf(row, "raw_hundredths", facts),
      ...pointsOf(row, "from_hundredths", facts),
    });
  return null;
}

function personChanges(facts: PersonFacts): Changes {
  const name = nameOf(facts);
  const email = addressOf(facts);
  return { name, email, name_key: nameKey(name), search_key: searchKey(name, email) };
}

function courseChanges({ nth }: PersonFacts): Changes {
  const code = `GEN-${100 + nth}`;
  const term = terms[nth % terms.length] ?? "Autumn 2026";
  // A number in the alphabet of join codes, always as long as they are.
  const joinCode = nth
    .toString(20)
    .padStart(8, "0")
    .toUpperCase()
    .replaceAll("0", "Z")
    .replaceAll("1", "Y")
    .replaceAll("I", "X");
  return {
    code,
    code_key: foldKey(code),
    term,
    term_key: foldKey(term),
    title: `${topics[nth % topics.length]} ${nth + 1}`,
    join_code: joinCode,
  };
}

/** Marks lie around what somebody does as a rule, between a quarter and all of the points. */
function pointsOf(row: Row, column: string, { ability, nth }: PersonFacts): Changes {
  const before = row[column];
  if (typeof before !== "number") return {};
  const day = ((nth * 31 + before) % 7) / 28;
  return { [column]: Math.round((2_000 * Math.min(1, 0.25 + 0.6 * ability + day)) / 50) * 50 };
}
