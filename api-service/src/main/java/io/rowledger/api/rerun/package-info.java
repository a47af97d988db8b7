/** New jobs on the rows of earlier ones: a dry run done for real, failed rows tried again. */
@NullMarked
package io.rowledger.api.rerun;

import org.jspecify.annotations.NullMarked;
