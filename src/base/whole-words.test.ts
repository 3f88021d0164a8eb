import assert from "node:assert/strict";
import { test } from "node:test";
import { wholeWord } from "./whole-words.ts";

const cases: readonly (readonly [word: string, within: readonly string[], notWithin: readonly string[]])[] = [
  [
    "Ann",
    ["Ann", "Dear Ann,", "Ann’s", "(Ann)", "Mary-Ann", "Ann的作业", "1. Ann"],
    ["Annual", "Joann", "Anné", "Ann2", "ann"],
  ],
  ["José", ["Jose\u0301 ist da"], ["Josés"]],
  ["Mary Ann", ["Mary\n Ann", "Mary\u00a0Ann!"], ["Mary Anne", "Rosemary Ann", "Mary, Ann"]],
  ["O'Neil (Sr.)", ["To O'Neil (Sr.), hello"], ["O'Neil Sr"]],
  ["سالم", ["سالم،", "وسالم", "لِسالمٍ", "ســالم"], ["سالمة", "السالم"]],
  ["شیرین", ["سلام شیرین!"], ["شیرینی"]],
  ["小明", ["王小明您好"], ["小 明"]],
  ["민수", ["김민수님"], ["민 수"]],
  ["สมชาย", ["คุณสมชายครับ"], ["สม ชาย"]],
  ["Анна", ["Анна!"], ["Анналы", "Жоанна"]],
  [
    "ada@school.example",
    ["Ada <ada@school.example>", "Write to ADA@School.Example.", "mailto:ada@school.example?x"],
    ["nada@school.example", "x.ada@school.example", "ada@school.example.com", "ada@school.examples"],
  ],
  ["", [], ["", " ", "x"]],
];

for (const [word, within, notWithin] of cases)
  test(`a whole word: ${word === "" ? "none" : word}`, () => {
    const stands = wholeWord(word);
    assert.deepEqual(
      within.filter((text) => !stands(text)),
      [],
    );
    assert.deepEqual(notWithin.filter(stands), []);
  });
