"""One definition of the suite's jobs, for AWX and for Semaphore.

``catalogue.read_catalogue`` lists the errands with what each asks for; ``definition.define`` joins them with the
duties of the calendar; ``awx.compile_awx`` and ``semaphore.compile_semaphore`` say which objects a server must have;
``planning.plan`` compares them with those that it has. All of that is pure. ``client`` speaks HTTP, ``awx_reading``
and ``semaphore_reading`` ask a server what it has.
"""
