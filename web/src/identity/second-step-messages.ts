/** The texts of two-step sign-in, at the gate and on the account page. */
import secondStep from "../messages/en/second-step.json";
import { addMessages } from "../ui/text.ts";

addMessages(secondStep);
