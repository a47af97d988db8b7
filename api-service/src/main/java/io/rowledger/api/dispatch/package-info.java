/** What sending things to others has in common: a thread that looks for work, and when to retry. */
@NullMarked
package io.rowledger.api.dispatch;

import org.jspecify.annotations.NullMarked;
