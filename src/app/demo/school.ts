/** Who is in the demo school, and what its courses hold: data only. `seed.ts` makes it so, through the same operations as anyone. */
import type { SchoolRole } from "#kernel/actor.ts";

export const schoolName = "Lindenfeld School";

interface DemoPerson {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly SchoolRole[];
}

export const people = {
  rowan: { name: "Rowan Achterberg", email: "rowan@lindenfeld.example", roles: ["admin"] },
  ines: { name: "Inês Carvalho", email: "ines@lindenfeld.example", roles: ["instructor"] },
  tomas: { name: "Tomáš Novák", email: "tomas@lindenfeld.example", roles: ["instructor"] },
  mira: { name: "Mira Osei", email: "mira@lindenfeld.example", roles: ["student"] },
  jonas: { name: "Jonas Weber", email: "jonas@lindenfeld.example", roles: ["student"] },
  amina: { name: "Amina Haddad", email: "amina@lindenfeld.example", roles: ["student"] },
  yuki: { name: "Yuki Tanaka", email: "yuki@lindenfeld.example", roles: ["student"] },
  kofi: { name: "Kofi Osei", email: "kofi@lindenfeld.example", roles: ["student"] },
  lena: { name: "Lena Fischer", email: "lena@lindenfeld.example", roles: ["student"] },
} as const satisfies Record<string, DemoPerson>;

export type PersonKey = keyof typeof people;

/** The ones that the sign-in page offers: one of each kind. */
export const shownAccounts: readonly PersonKey[] = ["ines", "mira", "rowan"];

interface DemoMaterial {
  readonly file: string;
  readonly title: string;
  readonly description: string;
  readonly published: boolean;
  /** Captions in WebVTT beside the recording. */
  readonly captions?: { readonly file: string; readonly language: string; readonly label: string };
  /** The index of the material that must have been read first. */
  readonly after?: number;
  /** The title of the module that it stands in; the general contents when it is left out. */
  readonly module?: string;
}

/** A module of the outline; a draft one hides what stands in it. */
interface DemoModule {
  readonly title: string;
  readonly published: boolean;
  /** The titles of the assignments that are placed in it, after its materials. */
  readonly assignments?: readonly string[];
}

interface DemoSubmission {
  readonly by: PersonKey;
  readonly file: string;
  readonly fileName: string;
  /** Null while nobody has graded it. */
  readonly grade: DemoGrade | null;
}

interface DemoGrade {
  /** By their titles, in the order of the rubric's criteria. */
  readonly levels: readonly { readonly level: string; readonly note?: string }[];
  readonly feedback: string;
  readonly released: boolean;
  /** Why the student asks for another look; it waits for an answer. */
  readonly appeal?: string;
}

interface DemoCriterion {
  readonly title: string;
  readonly levels: readonly {
    readonly title: string;
    readonly description: string;
    readonly points: number;
  }[];
}

export interface DemoAssignment {
  readonly title: string;
  readonly instructions: string;
  readonly pointsMax: number;
  /** Days from the day on which the demo is made. */
  readonly dueInDays: number;
  readonly published: boolean;
  readonly rubric?: readonly DemoCriterion[];
  readonly submissions: readonly DemoSubmission[];
}

interface DemoQuery {
  readonly by: PersonKey;
  /** The index of the material it is about, with the page, where it is about one. */
  readonly material?: number;
  readonly page?: number;
  readonly title: string;
  readonly body: string;
  readonly answer?: string;
}

/** How far somebody has come in a material: the page, or to its end. */
interface DemoReading {
  readonly by: PersonKey;
  readonly material: number;
  readonly page: number;
  readonly finished: boolean;
}

export interface DemoCourse {
  readonly code: string;
  readonly title: string;
  readonly term: string;
  readonly summary: string;
  readonly instructor: PersonKey;
  readonly assistant?: PersonKey;
  readonly students: readonly PersonKey[];
  readonly modules?: readonly DemoModule[];
  readonly materials: readonly DemoMaterial[];
  readonly links?: readonly { readonly title: string; readonly url: string; readonly module?: string }[];
  readonly assignments: readonly DemoAssignment[];
  readonly queries: readonly DemoQuery[];
  readonly readings: readonly DemoReading[];
}

const measuringRubric: readonly DemoCriterion[] = [
  {
    title: "What you did",
    levels: [
      { title: "Not told", description: "", points: 0 },
      {
        title: "Parts are missing",
        description: "Place, time or the length of the stick cannot be found.",
        points: 4,
      },
      {
        title: "Somebody could repeat it",
        description: "With a drawing, and all that was measured.",
        points: 8,
      },
    ],
  },
  {
    title: "What you found",
    levels: [
      { title: "No result", description: "", points: 0 },
      { title: "A slip", description: "The way is right, a number is not.", points: 4 },
      { title: "Right", description: "From the angle to the circumference, with units.", points: 6 },
    ],
  },
  {
    title: "How sure you are",
    levels: [
      { title: "Not said", description: "", points: 0 },
      {
        title: "Mentioned",
        description: "That there is a weakest step, not how much it matters.",
        points: 2,
      },
      { title: "Named", description: "The weakest step, and how much it matters.", points: 4.5 },
      { title: "Worked out", description: "Every step, in numbers.", points: 6 },
    ],
  },
];

export const courses: readonly DemoCourse[] = [
  {
    code: "SKY-101",
    title: "Measuring the Sky",
    term: "Autumn 2026",
    summary:
      "How far is a star, and how can anyone know? Six weeks of measuring with sticks, shadows and light, from the size of the Earth to the speed of a star.",
    instructor: "ines",
    assistant: "tomas",
    students: ["mira", "jonas", "amina", "lena"],
    materials: [
      {
        file: "sky/01-the-size-of-the-earth.pdf",
        title: "The size of the Earth, with a stick",
        description: "Week 1. Read it before you measure.",
        published: true,
      },
      {
        file: "sky/02-light-as-a-messenger.pdf",
        title: "Light as a messenger",
        description: "Weeks 2 and 3. Brightness, colour, dark lines, and lines that move.",
        published: true,
      },
      {
        file: "sky/03-keeping-an-observation-log.md",
        title: "Keeping an observation log",
        description: "One page. Print it and glue it into your log.",
        published: false,
      },
      {
        file: "sky/08-a-shadow-through-the-day.webm",
        title: "A shadow through the day",
        description: "Twenty seconds. When is the shadow shortest?",
        published: true,
        captions: { file: "sky/08-a-shadow-through-the-day.en.vtt", language: "en", label: "English" },
        module: "Measuring with a stick",
      },
      {
        file: "sky/07-shadow-lengths.xlsx",
        title: "Shadow lengths of last year",
        description: "To compare with yours.",
        published: true,
        module: "Measuring with a stick",
      },
      {
        file: "sky/05-writing-your-report.docx",
        title: "Writing your report",
        description: "What goes in, and what to look at before you hand in.",
        published: true,
        after: 0,
        module: "Measuring with a stick",
      },
      {
        file: "sky/06-five-questions-to-a-star.pptx",
        title: "Five questions to a star",
        description: "The slides of the second lecture.",
        published: true,
        module: "Light from the stars",
      },
      {
        file: "sky/04-orion.png",
        title: "Orion",
        description:
          "The brightest stars of Orion: Betelgeuse in orange at the shoulder, Rigel in blue at the foot.",
        published: true,
        module: "Light from the stars",
      },
    ],
    modules: [
      { title: "Measuring with a stick", published: true, assignments: ["Measure the Earth"] },
      { title: "Light from the stars", published: true, assignments: ["How far is the thumb?"] },
      { title: "How fast is a star?", published: false, assignments: ["A star's speed"] },
    ],
    links: [
      {
        title: "Spectra of bright stars",
        url: "https://www.eso.org/public/images/",
        module: "How fast is a star?",
      },
    ],
    assignments: [
      {
        title: "Measure the Earth",
        instructions:
          "Measure the size of the Earth with a partner, as in chapter 1. Hand in one or two pages: **what you did**, **what you found**, and **how sure you are**. Name the weakest step.\n\nA result that is far off and well explained is worth more than a close one that is not.",
        pointsMax: 20,
        dueInDays: -3,
        published: true,
        rubric: measuringRubric,
        submissions: [
          {
            by: "mira",
            file: "work/eratosthenes-mira.pdf",
            fileName: "measuring-the-earth-mira.pdf",
            grade: {
              levels: [
                { level: "Somebody could repeat it" },
                { level: "Right" },
                { level: "Named", note: "Why may the longitudes differ so little?" },
              ],
              feedback:
                "A clear report. You worked out how much the blurred edge matters instead of only naming it, and the pinhole is a fine idea: try it! You could say why the longitudes matter so little here.",
              released: true,
              appeal:
                "The longitudes are in my first paragraph: they differ by 0.4 degrees, which moves noon by less than two minutes, and we measured for fifty. Is that not enough?",
            },
          },
          {
            by: "jonas",
            file: "work/eratosthenes-jonas.pdf",
            fileName: "size of the earth.pdf",
            grade: {
              levels: [
                { level: "Parts are missing" },
                { level: "Right" },
                { level: "Mentioned", note: "How unsharp was the edge of the shadow?" },
              ],
              feedback:
                "The computation is right. How unsharp was the shadow, and what does that do to your angle? Try this before we speak on Monday.",
              released: false,
            },
          },
          {
            by: "amina",
            file: "work/eratosthenes-mira.pdf",
            fileName: "earth-amina-and-mira.pdf",
            grade: null,
          },
        ],
      },
      {
        title: "How far is the thumb?",
        instructions:
          "Find the distance to your own thumb by parallax. Use both eyes, a wall with marks on it, and the rule from chapter 2. Hand in a drawing and the computation.",
        pointsMax: 10,
        dueInDays: 6,
        published: true,
        submissions: [],
      },
      {
        title: "A star's speed",
        instructions: "From a spectrum with shifted lines. The spectrum follows in week 4.",
        pointsMax: 15,
        dueInDays: 20,
        published: false,
        submissions: [],
      },
    ],
    readings: [
      { by: "mira", material: 0, page: 9, finished: true },
      { by: "mira", material: 1, page: 2, finished: false },
      { by: "jonas", material: 0, page: 9, finished: true },
      { by: "jonas", material: 1, page: 12, finished: true },
      { by: "amina", material: 0, page: 4, finished: false },
    ],
    queries: [
      {
        by: "jonas",
        material: 0,
        page: 2,
        title: "Why does the well have to be on the tropic?",
        body: "Could we not just measure both angles, as in our assignment? Then it would not matter where the towns are.",
        answer:
          "Exactly: with two angles you only need their difference. Eratosthenes had one angle and a report that the other was zero, so for him it mattered that the report was true.",
      },
      {
        by: "lena",
        material: 1,
        page: 2,
        title: "Is a red star always old?",
        body: "The chapter says that red means cool. I thought that it means that a star is at its end, like Betelgeuse.",
      },
    ],
  },
  {
    code: "DATA-110",
    title: "Reading Data Honestly",
    term: "Autumn 2026",
    summary:
      "Averages, samples and surprises: how numbers are made into statements, and how to tell a sound one from a story. No formulas beyond the square root.",
    instructor: "tomas",
    students: ["mira", "amina", "yuki"],
    materials: [
      {
        file: "data/01-what-an-average-hides.pdf",
        title: "What an average hides",
        description: "Unit 1. Mean, median, spread, and a paradox.",
        published: true,
      },
      {
        file: "data/02-samples-and-surprises.pdf",
        title: "Samples and surprises",
        description: "Unit 2. Who was asked, and how far off that may be.",
        published: true,
      },
      {
        file: "data/03-words-we-use.md",
        title: "Words we use in this course",
        description: "It grows with the course. Tell me what is missing.",
        published: true,
      },
    ],
    assignments: [
      {
        title: "Two summaries of one data set",
        instructions:
          "Collect at least 20 numbers from your own week. Summarise them twice, truthfully, for two readers who want different things. Then say which summary you would sign.",
        pointsMax: 20,
        dueInDays: 2,
        published: true,
        submissions: [
          {
            by: "amina",
            file: "work/two-summaries-amina.pdf",
            fileName: "two-summaries.pdf",
            grade: null,
          },
        ],
      },
    ],
    readings: [],
    queries: [
      {
        by: "yuki",
        material: 0,
        page: 1,
        title: "Can a data set have two modes?",
        body: "In my numbers 4 and 7 both occur five times.",
      },
    ],
  },
];
