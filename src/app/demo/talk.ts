/** What is said in the courses of the demo school, beside what their contents hold: announcements, and queries of the class. */
import type { PersonKey } from "./school.ts";

interface DemoAnnouncement {
  readonly by: PersonKey;
  readonly title: string;
  readonly body: string;
  readonly pinned?: boolean;
  /** A file of the demo's content, which goes along. */
  readonly file?: string;
  /** Days until it is posted; at once when absent. */
  readonly inDays?: number;
  readonly readBy: readonly PersonKey[];
}

interface DemoTalk {
  readonly by: PersonKey;
  readonly title: string;
  readonly body: string;
  /** What it said at first. */
  readonly before?: string;
  readonly forClass?: boolean;
  readonly anonymous?: boolean;
  readonly sameAs?: readonly PersonKey[];
  readonly answers?: readonly {
    readonly by: PersonKey;
    readonly body: string;
    /** Who of the staff stands by it. */
    readonly endorsedBy?: PersonKey;
  }[];
  readonly followUp?: string;
}

/** By the course's code. */
export const announcements: Readonly<Record<string, readonly DemoAnnouncement[]>> = {
  "SKY-101": [
    {
      by: "ines",
      title: "How this course works",
      body: "Each week has **something to read**, **something to measure** and a lecture on Monday. Keep a log of what you see, even when clouds are all there is.\n\nAsk where you read: every page has a button for it.",
      pinned: true,
      readBy: ["mira", "jonas", "amina", "lena"],
    },
    {
      by: "tomas",
      title: "What to bring on Monday",
      body: "We go outside if the sky is clear. Bring a stick of about a metre, a tape measure and something to write on. The sheet for the log is attached.",
      file: "sky/03-keeping-an-observation-log.md",
      readBy: ["jonas", "lena"],
    },
    {
      by: "ines",
      title: "A guest from the observatory",
      body: "Dr. Okafor shows us how she measures the speed of a star. The lecture is in the hall on this day.",
      inDays: 5,
      readBy: [],
    },
  ],
  "DATA-110": [
    {
      by: "tomas",
      title: "Your own week as a data set",
      body: "Begin to collect now: twenty numbers take longer than you think.",
      readBy: ["yuki"],
    },
  ],
};

export const classQueries: Readonly<Record<string, readonly DemoTalk[]>> = {
  "SKY-101": [
    {
      by: "amina",
      title: "Do red stars die soon?",
      before: "Are red stars dying?",
      body: "If red means cool, is a red star about to go out? In the picture on page 2 Betelgeuse is red and old, but so are the small ones beside it.",
      forClass: true,
      sameAs: ["mira"],
    },
    {
      by: "jonas",
      title: "Does the stick have to stand upright?",
      body: "Mine leaned a little. Does that spoil the angle, or only make the shadow longer?",
      forClass: true,
      anonymous: true,
      answers: [
        {
          by: "lena",
          body: "It spoils the angle: a lean of one degree towards the sun is one degree too little. We hung a stone on a thread beside ours.",
          endorsedBy: "tomas",
        },
      ],
      followUp: "And if it leans to the side, at a right angle to the sun?",
    },
  ],
};

/** The terms of the school. */
export const terms = [
  { name: "Autumn 2026", firstDay: "2026-09-01", lastDay: "2027-01-31", isCurrent: true },
  { name: "Spring 2027", firstDay: "2027-02-15", lastDay: "2027-07-16", isCurrent: false },
] as const;

/** A course that is being prepared: only those who teach it see it. */
export const draftCourse = {
  by: "ines",
  code: "SKY-201",
  title: "Light From Far Away",
  term: "Spring 2027",
  summary: "What a spectrum tells, from the lamp on the desk to a galaxy. Follows on Measuring the Sky.",
  modules: ["A lamp and a grating", "Lines in starlight", "Lines that move"],
  welcome: {
    title: "Welcome back",
    body: "We begin with a lamp and a grating, and end with a galaxy. This is posted when the course is published.",
  },
} as const satisfies { readonly by: PersonKey } & Record<string, unknown>;
