/** The texts of the pages about courses; each of those pages brings them along. */
import courseLife from "../messages/en/course-life.json";
import courses from "../messages/en/courses.json";
import { addMessages } from "../ui/text.ts";

addMessages(courses);
addMessages(courseLife);
