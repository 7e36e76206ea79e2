/* The tests include it for cmocka's sake; a platform may have none. */
