"""The course: lessons as files, conditions as data, and what checks both."""
