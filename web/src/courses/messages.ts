/** The texts of the pages about courses; each of those pages brings them along. */
import announcements from "../messages/en/announcements.json";
import courseLife from "../messages/en/course-life.json";
import coursePeople from "../messages/en/course-people.json";
import courses from "../messages/en/courses.json";
import { addMessages } from "../ui/text.ts";

addMessages(announcements);
addMessages(courses);
addMessages(courseLife);
addMessages(coursePeople);
